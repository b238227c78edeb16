// SPDX-License-Identifier: LGPL-2.1-or-later
// Reads many texts of one message and remembers the first that could not be read, so that the code that takes
// a message apart stays a list of its fields.
#pragma once

#include "core/parse.hpp"
#include "failure.hpp"
#include "wire_types.hpp"

#include <optional>
#include <string>
#include <utility>

namespace ap::cli {

class WireReader {
  public:
    AdapterSet adapters(const std::string& list) {
        return list.empty() ? AdapterSet{} : take(parse_adapters(list));
    }
    DomainSet domains(const std::string& list) {
        return list.empty() ? DomainSet{} : take(parse_domains(list));
    }
    AdapterSet adapter_mask(const std::string& mask) { return take(parse_adapter_mask(mask)); }
    DomainSet domain_mask(const std::string& mask) { return take(parse_domain_mask(mask)); }
    Apqn queue(const std::string& text) { return take(parse_apqn(text)); }
    Uuid uuid(const std::string& text) { return take(parse_uuid(text)); }
    /// A list from the daemon may be longer than what parse_queues() takes from people; it is read in pieces.
    QueueSet queues(const std::string& list);
    Matrix matrix(const wire::Triple& triple) {
        return {adapters(std::get<0>(triple)), domains(std::get<1>(triple)), domains(std::get<2>(triple))};
    }

    /// `value`, or what was wrong with the message.
    template <class T>
    Answer<T> finish(T value) {
        if (error_)
            return fail(Fault::internal, "the daemon sent something unreadable: " + to_string(*error_));
        return value;
    }

    template <class T>
    T take(Result<T> result) {
        if (result) return *std::move(result);
        if (!error_) error_ = std::move(result.error());
        return T{};
    }

  private:
    std::optional<Error> error_;
};

} // namespace ap::cli
