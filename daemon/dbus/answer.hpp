// SPDX-License-Identifier: LGPL-2.1-or-later
// The boundary every bus method goes through: permission first, errors as values become bus errors, no exception escapes.
#pragma once

#include "dbus/permissions.hpp"
#include "dbus/requester.hpp"

#include <sdbus-c++/sdbus-c++.h>

#include <exception>
#include <expected>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace ap::dbus {

/// One line for each reason.
std::string message_of(const std::vector<Error>& errors);
/// The name of the first reason (the cause), the message of all. Requires: not empty.
sdbus::Error to_bus_error(const std::vector<Error>& errors);
/// For what nobody foresaw: logged, and told to the caller as Internal.
sdbus::Error stray_exception(std::string_view member, std::string_view what);

namespace detail {
template <class T> T unwrap(T value) { return value; }
template <class T> T unwrap(std::expected<T, Error> result) {
    if (!result) throw to_bus_error({result.error()});
    if constexpr (!std::is_void_v<T>) return *std::move(result);
}
template <class T> T unwrap(std::expected<T, std::vector<Error>> result) {
    if (!result) throw to_bus_error(result.error());
    if constexpr (!std::is_void_v<T>) return *std::move(result);
}
} // namespace detail

/// Runs `fn` (returning a value, Result or expected<…, vector<Error>>) for the method `member` on behalf of the present caller.
/// sdbus-c++ 1.2 turns sdbus::Error into an error reply and lets every other exception end the process; hence the catch.
template <class Fn>
auto answer(std::string_view member, const std::function<uid_t()>& uid, Fn&& fn) {
    try {
        detail::unwrap(permit(member, uid));
        return detail::unwrap(std::forward<Fn>(fn)());
    } catch (const sdbus::Error&) {
        throw;
    } catch (const std::exception& e) {
        throw stray_exception(member, e.what());
    } catch (...) {
        throw stray_exception(member, "an exception without a name");
    }
}
/// `fn` may take the engine::Requester who calls.
template <class Fn>
auto answer(std::string_view member, const sdbus::IObject& object, Fn&& fn) {
    return answer(member, [&] { return requester_of(object).uid; }, [&] {
        if constexpr (std::is_invocable_v<Fn, engine::Requester>) return fn(requester_of(object));
        else return fn();
    });
}

} // namespace ap::dbus
