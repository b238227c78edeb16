// SPDX-License-Identifier: LGPL-2.1-or-later
// Attributes that a driver adds (type, online, serialnr) may be missing while the card has none; that is not
// an error.
#include "host/adapter_reader.hpp"

#include "host/device_names.hpp"

#include <charconv>

namespace ap::host {
namespace {

/// Reads one card; remembers the first failure, so that the fields can be filled in one after the other.
class CardFiles {
  public:
    explicit CardFiles(Directory card) : card_(std::move(card)) {}

    /// "" when it is not there.
    std::string text(const char* file) {
        auto got = card_.read(file);
        if (!got) {
            if (!failure_) failure_ = std::move(got.error());
            return {};
        }
        return std::string(without_newline(got->value_or("")));
    }
    unsigned number(const char* file) {
        auto digits = text(file);
        unsigned value = 0;
        std::from_chars(digits.data(), digits.data() + digits.size(), value);
        return value;
    }
    bool flag(const char* file, bool otherwise) {
        auto got = text(file);
        return got.empty() ? otherwise : got != "0";
    }
    const std::optional<Error>& failure() const { return failure_; }
    bool there() const { return card_.has("hwtype"); }
    /// The card answers this by a request that may fail for many reasons, none of which is ours to report.
    std::string serial(Mode mode) {
        if (mode != Mode::cca && mode != Mode::ep11) return {};
        auto got = card_.read("serialnr");
        return got && *got ? std::string(without_newline(**got)) : std::string();
    }

  private:
    Directory card_;
    std::optional<Error> failure_;
};

/// "CEX8P": the last letter tells what the card was configured as.
Mode mode_of(std::string_view type) {
    if (type.ends_with('A')) return Mode::accelerator;
    if (type.ends_with('C')) return Mode::cca;
    if (type.ends_with('P')) return Mode::ep11;
    return Mode::unknown;
}

void fill_health(CardFiles& files, Adapter& adapter) {
    adapter.online = files.flag("online", false);
    adapter.configured = files.flag("config", true);
    adapter.checkstopped = files.flag("chkstop", false);
}

} // namespace

Result<std::optional<Adapter>> read_adapter(const Directory& root, Apid id) {
    CardFiles files(root.at(card_path(id)));
    Adapter adapter;
    adapter.hwtype = files.number("hwtype");
    adapter.raw_hwtype = files.number("raw_hwtype");
    const auto type = files.text("type"); // cex4card's own attribute
    adapter.has_driver = !type.empty();
    adapter.mode = mode_of(type);
    fill_health(files, adapter);
    adapter.serial = files.serial(adapter.mode);
    if (files.failure()) return std::unexpected(*files.failure());
    if (!files.there()) return std::nullopt;
    return adapter;
}

Result<bool> refresh_health(const Directory& root, Apid id, Adapter& adapter) {
    CardFiles files(root.at(card_path(id)));
    const auto before = adapter;
    fill_health(files, adapter);
    // Asking for the serial number is a request to the card, so only when the answer may be another.
    if (adapter != before) adapter.serial = files.serial(adapter.mode);
    if (files.failure()) return std::unexpected(*files.failure());
    return files.there();
}

} // namespace ap::host
