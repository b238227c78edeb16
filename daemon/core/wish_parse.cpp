// SPDX-License-Identifier: LGPL-2.1-or-later
// How text becomes a wish.
#include "core/parse.hpp"
#include "core/quote.hpp"
#include "core/wish.hpp"
#include "core/wish_edit.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <utility>

namespace ap {
namespace {

std::unexpected<Error> refuse(std::string subject, std::string reason, std::string remedy = {}) {
    return std::unexpected(Error{Fault::invalid, std::move(subject), std::move(reason), std::move(remedy)});
}

struct Key { std::string_view name; bool required; };

std::vector<Key> keys_of(const VerbRow& row) {
    std::vector<Key> out;
    for (auto rest = row.arguments; !rest.empty();) {
        auto key = rest.substr(0, rest.find(' '));
        rest.remove_prefix(std::min(rest.size(), key.size() + 1));
        const bool required = key.ends_with('!');
        if (required) key.remove_suffix(1);
        out.push_back({key, required});
    }
    return out;
}

std::string spoken(const std::vector<Key>& keys) {
    std::string out;
    for (auto key : keys) out += (out.empty() ? "" : ", ") + std::string(key.name);
    return out;
}

Result<void> check_keys(const VerbRow& row, const WishArguments& arguments) {
    const auto keys = keys_of(row);
    for (const auto& [name, value] : arguments)
        if (std::ranges::find(keys, name, &Key::name) == keys.end())
            return refuse(std::string(row.name), fmt::format("does not know {}; it knows {}", quote(name), spoken(keys)));
    for (auto key : keys)
        if (key.required && !arguments.contains(std::string(key.name)))
            return refuse(std::string(row.name), fmt::format("needs {}; it knows {}", key.name, spoken(keys)));
    return {};
}

Result<const VerbRow*> find_verb(std::string_view name) {
    std::string known;
    for (const auto& row : verb_table())
        if (row.name == name) return &row;
    for (const auto& v : verb_table()) known += (known.empty() ? "" : ", ") + std::string(v.name);
    return refuse(quote(name), "is not a verb; expected one of " + known);
}

/// Reads arguments into fields; keeps the first error.
class Reader {
  public:
    Reader(const VerbRow& row, const WishArguments& arguments) : row_(row), arguments_(arguments) {}

    /// Runs `parse` on the value of `key`, if it is there, and stores what it gives.
    template <class T, class Parse>
    void read(const char* key, std::optional<T>& into, Parse parse) {
        const auto found = arguments_.find(key);
        if (found == arguments_.end() || error_) return;
        Result<T> value = parse(std::string_view(found->second));
        if (value) into = std::move(*value);
        else error_ = with_key(std::move(value.error()), key);
    }
    void fail(std::string reason, std::string remedy = {}) {
        if (!error_) error_ = Error{Fault::invalid, std::string(row_.name), std::move(reason), std::move(remedy)};
    }
    [[nodiscard]] const std::optional<Error>& error() const { return error_; }

  private:
    /// "domains" says too little when there are also add-domains and control.
    Error with_key(Error error, const char* key) const {
        if (error.subject == "adapters" || error.subject == "domains") error.subject = key;
        error.subject = fmt::format("{} {}", row_.name, error.subject);
        return error;
    }

    const VerbRow& row_;
    const WishArguments& arguments_;
    std::optional<Error> error_;
};

template <class Set>
auto or_all(Result<Set> (*parse)(std::string_view)) {
    return [parse](std::string_view text) { return text == "all" ? Result<Set>(Set::all()) : parse(text); };
}

Result<std::uint32_t> job_number(std::string_view text) {
    std::uint32_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error == std::errc{} && end == text.data() + text.size() && number != 0) return number;
    return refuse("job", quote(text) + " is not the number of a job");
}

auto yes_or_no(const char* key) {
    return [key](std::string_view text) -> Result<bool> {
        if (text == "yes") return true;
        if (text == "no") return false;
        return refuse(key, quote(text) + " is neither yes nor no");
    };
}

/// How people name a matrix: by name, by UUID, or by the beginning of a UUID.
Result<std::string> matrix_reference(std::string_view text) {
    if (const auto uuid = parse_uuid(text)) return to_string(*uuid);
    return parse_name(text);
}

Result<std::vector<std::string>> matrix_references(std::string_view list) {
    std::vector<std::string> out;
    for (;;) {
        const auto item = list.substr(0, list.find(','));
        auto one = matrix_reference(item);
        if (!one) return std::unexpected(std::move(one.error()));
        out.push_back(*std::move(one));
        if (item.size() == list.size()) return out;
        list.remove_prefix(item.size() + 1);
    }
}

struct Exchanged { bool adapters = false, domains = false; };

Result<Exchanged> exchanged(std::string_view what) {
    if (what == "adapters") return Exchanged{true, false};
    if (what == "domains") return Exchanged{false, true};
    if (what == "adapters,domains" || what == "domains,adapters") return Exchanged{true, true};
    return refuse("what", quote(what) + " cannot be exchanged; expected adapters, domains, or adapters,domains");
}

void read_pool_wish(Reader& reader, Wish& wish) {
    reader.read("queues", wish.queues, parse_queues);
    reader.read("adapters", wish.adapters, or_all(parse_adapters));
    reader.read("domains", wish.domains, or_all(parse_domains));
    const bool rectangle = wish.adapters || wish.domains;
    if (wish.queues && rectangle) reader.fail("takes queues, or adapters and domains, not both");
    else if (!wish.queues && !(wish.adapters && wish.domains))
        reader.fail("needs queues, or adapters and domains", "\"all\" stands for every adapter or every domain");
    if (wish.adapters && wish.domains) wish.queues = QueueSet::rectangle(*wish.adapters, *wish.domains);
    wish.adapters.reset();
    wish.domains.reset();
}

void read_control(Reader& reader, Wish& wish, const WishArguments& arguments) {
    const auto given = arguments.find("control");
    const bool defaults_to_same = wish.verb == Verb::define || wish.verb == Verb::assign;
    if (given == arguments.end()) wish.control_same = defaults_to_same;
    else if (given->second == "same") wish.control_same = true;
    else if (given->second == "none") wish.control = DomainSet{};
    else reader.read("control", wish.control, parse_domains);
}

void read_matrix_wish(Reader& reader, Wish& wish, const WishArguments& arguments) {
    std::optional<std::string> matrix;
    reader.read("matrix", matrix, matrix_reference);
    wish.matrix = matrix.value_or("");
    reader.read("name", wish.name, parse_name);
    reader.read("adapters", wish.adapters, parse_adapters);
    reader.read("domains", wish.domains, parse_domains);
    reader.read("add-adapters", wish.add_adapters, parse_adapters);
    reader.read("remove-adapters", wish.remove_adapters, parse_adapters);
    reader.read("add-domains", wish.add_domains, parse_domains);
    reader.read("remove-domains", wish.remove_domains, parse_domains);
    reader.read("add-control", wish.add_control, parse_domains);
    reader.read("remove-control", wish.remove_control, parse_domains);
    read_control(reader, wish, arguments);
    reader.read("autostart", wish.autostart, yes_or_no("autostart"));
}

void read_move(Reader& reader, Wish& wish) {
    std::optional<std::string> from, into;
    reader.read("from", from, matrix_reference);
    reader.read("into", into, matrix_reference);
    wish.matrices = {from.value_or(""), into.value_or("")};
    reader.read("adapters", wish.adapters, parse_adapters);
    reader.read("domains", wish.domains, parse_domains);
    reader.read("control", wish.control, parse_domains);
}

void read_swap(Reader& reader, Wish& wish) {
    std::optional<std::vector<std::string>> matrices;
    std::optional<Exchanged> what;
    reader.read("matrices", matrices, matrix_references);
    reader.read("what", what, exchanged);
    wish.matrices = matrices.value_or(std::vector<std::string>{});
    wish.swap_adapters = what.value_or(Exchanged{}).adapters;
    wish.swap_domains = what.value_or(Exchanged{}).domains;
    if (wish.matrices.size() < 2) reader.fail("needs at least two matrices");
}

void read_restore(Reader& reader, Wish& wish) {
    std::optional<std::vector<std::string>> without;
    std::optional<bool> forget;
    reader.read("adapters", wish.adapters, parse_adapters);
    reader.read("without", without, matrix_references);
    reader.read("forget", forget, yes_or_no("forget"));
    wish.matrices = without.value_or(std::vector<std::string>{});
    wish.forget = forget.value_or(false);
    if (wish.forget && without) reader.fail("forget gives the adapter back to nobody, so nobody can be left out");
}

/// What a matrix wish says must make sense by itself.
void check_matrix_wish(Reader& reader, Wish& wish) {
    const bool creates = wish.verb == Verb::define || wish.verb == Verb::assign;
    if (const auto uuid = parse_uuid(wish.matrix); creates && uuid) {
        wish.uuid = *uuid;
        if (wish.verb == Verb::define && !wish.name) reader.fail("a matrix given by UUID needs a name");
    } else if (creates && wish.name && *wish.name != wish.matrix) {
        reader.fail(fmt::format("two names, {} and {}; a name of its own goes with a UUID", wish.matrix, *wish.name));
    }
    if (wish.verb != Verb::modify) return;
    MatrixChange change;
    change.gather(wish);
    if (auto wrong = change.problem(); !wrong.empty()) reader.fail(wrong);
    if (change.empty() && !wish.name && !wish.autostart)
        reader.fail("nothing to change", "say what, for example add-domains");
}

} // namespace

Result<Wish> parse_wish(std::string_view verb, const WishArguments& arguments) {
    const auto row = find_verb(verb);
    if (!row) return std::unexpected(row.error());
    if (const auto keys = check_keys(**row, arguments); !keys) return std::unexpected(keys.error());

    Reader reader(**row, arguments);
    Wish wish;
    wish.verb = (*row)->verb;
    switch (wish.verb) {
    case Verb::rollback: reader.read("job", wish.job, job_number); break;
    case Verb::convert: reader.read("to", wish.binding, parse_bind_choice); break;
    case Verb::move: read_move(reader, wish); break;
    case Verb::swap: read_swap(reader, wish); break;
    case Verb::drain: reader.read("adapters", wish.adapters, parse_adapters); break;
    case Verb::restore: read_restore(reader, wish); break;
    case Verb::reserve: case Verb::release: case Verb::keep: case Verb::unkeep: read_pool_wish(reader, wish); break;
    default:
        read_matrix_wish(reader, wish, arguments);
        check_matrix_wish(reader, wish);
    }
    if (reader.error()) return std::unexpected(*reader.error());
    return wish;
}

} // namespace ap
