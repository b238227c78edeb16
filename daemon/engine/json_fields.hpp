// SPDX-License-Identifier: LGPL-2.1-or-later
// Values as JSON and back. Each struct lists its fields once, in a function `fields` that writes and reads: what can be written can be read.
#pragma once

#include "core/parse.hpp"
#include "core/uuid.hpp"

#include <nlohmann/json.hpp>

#include <chrono>
#include <concepts>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace ap::engine::json {

using Json = nlohmann::json;

/// Thrown while reading, as nlohmann's own exceptions are; both end in the function that turns them into an Error.
struct Malformed : std::runtime_error { using std::runtime_error::runtime_error; };

template <class T>
T value_or_throw(Result<T> result) {
    if (!result) throw Malformed(to_string(result.error()));
    return *std::move(result);
}

/// Makes functions that belong here findable for types that live elsewhere.
struct Names {};

/// T or const T: `fields` takes both, for reading and for writing.
template <class T, class U>
concept Like = std::same_as<std::remove_const_t<T>, U>;

struct Writer;
struct Reader;
template <class T>
concept HasFields = requires(Writer& w, const T& t) { fields(w, t); };
template <class T>
concept Number = std::integral<T> && !std::same_as<T, bool>;

inline Json json_of(bool value) { return value; }
inline Json json_of(Number auto value) { return value; }
inline Json json_of(const std::string& value) { return value; }
inline Json json_of(const Uuid& value) { return to_string(value); }
inline Json json_of(const AdapterSet& value) { return to_list(value); }
inline Json json_of(const DomainSet& value) { return to_list(value); }
inline Json json_of(Apqn value) { return to_string(value); }
inline Json json_of(std::chrono::sys_seconds value) { return value.time_since_epoch().count(); }
template <class Rep, class Period> Json json_of(std::chrono::duration<Rep, Period> value) { return value.count(); }
template <class T> requires std::is_enum_v<T> Json json_of(T value) { return static_cast<unsigned>(value); }
Json json_of(const QueueSet& value);
template <HasFields T> Json json_of(const T& value);
template <class T> Json json_of(const std::optional<T>& value);
template <class T> Json json_of(const std::vector<T>& value);
template <class K, class T> Json json_of(const std::map<K, T>& value);
template <class... T> Json json_of(const std::variant<T...>& value);

inline void read(const Json& json, bool& into) { into = json.get<bool>(); }
template <Number T> void read(const Json& json, T& into) { into = json.get<T>(); }
inline void read(const Json& json, std::string& into) { into = json.get<std::string>(); }
inline void read(const Json& json, Uuid& into) { into = value_or_throw(parse_uuid(json.get<std::string>())); }
void read(const Json& json, AdapterSet& into);
void read(const Json& json, DomainSet& into);
inline void read(const Json& json, Apqn& into) { into = value_or_throw(parse_apqn(json.get<std::string>())); }
inline void read(const Json& json, std::chrono::sys_seconds& into) { into = std::chrono::sys_seconds(std::chrono::seconds(json.get<std::int64_t>())); }
template <class Rep, class Period> void read(const Json& json, std::chrono::duration<Rep, Period>& into) {
    into = std::chrono::duration<Rep, Period>(json.get<Rep>());
}
template <class T> requires std::is_enum_v<T> void read(const Json& json, T& into) {
    // A number beyond it is not one that we wrote.
    const auto number = json.get<unsigned>();
    if (number > static_cast<unsigned>(last_of(Names{}, T{}))) throw Malformed("a number of a kind that is unknown");
    into = static_cast<T>(number);
}
void read(const Json& json, QueueSet& into);
template <HasFields T> void read(const Json& json, T& into);
template <class T> void read(const Json& json, std::optional<T>& into);
template <class T> void read(const Json& json, std::vector<T>& into);
template <class K, class T> void read(const Json& json, std::map<K, T>& into);
template <class... T> void read(const Json& json, std::variant<T...>& into);

/// A text may be of an older apctl, which did not know all fields. a(key, value) is for those without which it means nothing: when one is missing the text is not read, and
/// what hangs on it is left to people (a job is degraded, an entry of the history says that it cannot be read). a.later(key, value) is for a field that came later and whose default
/// is what the older apctl meant or did: nothing was on trial, no binding was chosen; or says that it did not record it, so that what needs it is refused. What was found on a host has no other
/// default: it would be a guess about somebody's queues.
/// Keys that are not known, of a newer apctl, are left out.
struct Writer {
    Json json = Json::object();
    void operator()(const char* key, const auto& value) { json[key] = json_of(value); }
    void later(const char* key, const auto& value) { json[key] = json_of(value); }
};
struct Reader {
    const Json& json;
    void operator()(const char* key, auto& value) { read(json.at(key), value); }
    void later(const char* key, auto& value) {
        if (json.contains(key)) read(json.at(key), value);
    }
};

template <HasFields T>
Json json_of(const T& value) {
    Writer writer;
    fields(writer, value);
    return std::move(writer.json);
}
template <HasFields T>
void read(const Json& json, T& into) {
    Reader reader{json};
    fields(reader, into);
}

template <class T>
Json json_of(const std::optional<T>& value) { return value ? json_of(*value) : Json(nullptr); }
template <class T>
void read(const Json& json, std::optional<T>& into) {
    into.reset();
    if (!json.is_null()) read(json, into.emplace());
}

template <class T>
Json json_of(const std::vector<T>& value) {
    auto list = Json::array();
    for (const auto& one : value) list.push_back(json_of(one));
    return list;
}
template <class T>
void read(const Json& json, std::vector<T>& into) {
    if (!json.is_array()) throw Malformed("not a list");
    into.clear();
    for (const auto& one : json) read(one, into.emplace_back());
}

/// Keys are texts, a std::string or a Uuid; or numbers, which become texts.
template <class K, class T>
Json json_of(const std::map<K, T>& value) {
    auto object = Json::object();
    for (const auto& [key, one] : value) {
        const auto text = json_of(key);
        object[text.is_string() ? text.template get<std::string>() : text.dump()] = json_of(one);
    }
    return object;
}
template <class K, class T>
void read(const Json& json, std::map<K, T>& into) {
    if (!json.is_object()) throw Malformed("not an object");
    into.clear();
    for (const auto& [text, one] : json.items()) {
        K key;
        if constexpr (std::is_enum_v<K>) read(Json::parse(text), key);
        else read(Json(text), key);
        read(one, into[key]);
    }
}

/// An alternative is told by kind_of(Names, T*): one that has no name or no fields does not compile.
template <class... T>
Json json_of(const std::variant<T...>& value) {
    return std::visit([]<class One>(const One& one) {
        auto object = json_of(one);
        object["kind"] = kind_of(Names{}, static_cast<One*>(nullptr));
        return object;
    }, value);
}
template <class... T>
void read(const Json& json, std::variant<T...>& into) {
    const auto kind = json.at("kind").get<std::string>();
    const auto try_one = [&]<class One>(One* type) {
        if (kind != kind_of(Names{}, type)) return false;
        read(json, into.template emplace<One>());
        return true;
    };
    if (!(try_one(static_cast<T*>(nullptr)) || ...)) throw Malformed("the kind \"" + kind + "\" is unknown");
}

} // namespace ap::engine::json
