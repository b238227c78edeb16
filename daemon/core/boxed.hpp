// SPDX-License-Identifier: LGPL-2.1-or-later
// A large value behind a pointer that behaves like the value.
#pragma once

#include <memory>
#include <utility>

namespace ap {

/// For members that would make every alternative of a variant as large as themselves. Copies are deep, equality is that of the
/// values. Valueless after it was moved from (as C++26's std::indirect): then only assign or destroy it.
template <class T>
class Boxed {
  public:
    Boxed() : value_(std::make_unique<T>()) {}
    Boxed(T value) : value_(std::make_unique<T>(std::move(value))) {}
    Boxed(const Boxed& other) : value_(std::make_unique<T>(*other.value_)) {}
    Boxed(Boxed&&) noexcept = default;
    Boxed& operator=(const Boxed& other) { return *this = Boxed(other); }
    Boxed& operator=(Boxed&&) noexcept = default;
    ~Boxed() = default;

    operator const T&() const { return *value_; }
    const T* operator->() const { return value_.get(); }
    friend bool operator==(const Boxed& a, const Boxed& b) { return *a.value_ == *b.value_; }

  private:
    std::unique_ptr<T> value_;
};

} // namespace ap
