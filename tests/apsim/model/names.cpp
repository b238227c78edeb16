// SPDX-License-Identifier: LGPL-2.1-or-later
// Names, paths and uevent keys of the devices.
#include "model/names.hpp"

#include <fmt/format.h>

#include "model/kernel_text.hpp"

namespace apsim {

std::string card_name(unsigned adapter) { return fmt::format("card{:02x}", adapter); }
std::string queue_name(unsigned adapter, unsigned domain) {
    return fmt::format("{:02x}.{:04x}", adapter, domain);
}

namespace {

std::optional<unsigned> parse_byte(std::string_view digits) {
    const int high = hex_digit(digits[0]);
    const int low = hex_digit(digits[1]);
    if (high < 0 || low < 0) return std::nullopt;
    return static_cast<unsigned>(high * 16 + low);
}

} // namespace

std::optional<unsigned> parse_card_name(std::string_view name) {
    if (name.size() != 6 || !name.starts_with("card")) return std::nullopt;
    const auto adapter = parse_byte(name.substr(4));
    if (!adapter || card_name(*adapter) != name) return std::nullopt;
    return adapter;
}

std::optional<Apqn> parse_queue_name(std::string_view name) {
    if (name.size() != 7 || name.substr(2, 3) != ".00") return std::nullopt;
    const auto adapter = parse_byte(name.substr(0, 2));
    const auto domain = parse_byte(name.substr(5));
    if (!adapter || !domain || queue_name(*adapter, *domain) != name) return std::nullopt;
    return Apqn{static_cast<std::uint8_t>(*adapter), static_cast<std::uint8_t>(*domain)};
}

std::string card_path(unsigned adapter) { return "/devices/ap/" + card_name(adapter); }
std::string queue_path(unsigned adapter, unsigned domain) {
    return card_path(adapter) + "/" + queue_name(adapter, domain);
}
std::string mdev_path(const Mdev& mdev) { return "/devices/vfio_ap/matrix/" + mdev.uuid; }

std::string_view driver_name(Driver driver) {
    switch (driver) {
    case Driver::cex4card: return "cex4card";
    case Driver::cex4queue: return "cex4queue";
    case Driver::vfio_ap: return "vfio_ap";
    case Driver::none: break;
    }
    return "";
}

Dir driver_dir(Driver driver) {
    switch (driver) {
    case Driver::cex4card: return Dir::cex4card;
    case Driver::cex4queue: return Dir::cex4queue;
    case Driver::vfio_ap: return Dir::vfio_ap;
    case Driver::none: break;
    }
    return Dir::count;
}

Node card_node(unsigned adapter, const Card& card) {
    return {NodeType::directory, Dir::card, static_cast<std::uint8_t>(adapter), 0, 0, card.life};
}

Node queue_node(unsigned adapter, unsigned domain, const Queue& queue) {
    return {NodeType::directory,
            Dir::queue,
            static_cast<std::uint8_t>(adapter),
            static_cast<std::uint8_t>(domain),
            0,
            queue.life};
}

Node mdev_node(const Mdev& mdev) { return {NodeType::directory, Dir::mdev, 0, 0, 0, mdev.life}; }

void add_key(std::string& keys, std::string_view key, std::string_view value) {
    keys.append(key).append("=").append(value).push_back('\0');
}

namespace {

void add_driver(std::string& keys, std::string_view name) {
    if (!name.empty()) add_key(keys, "DRIVER", name);
}

} // namespace

std::string card_keys(const Card& card) {
    std::string keys;
    add_key(keys, "DEVTYPE", "ap_card");
    add_driver(keys, driver_name(card.driver));
    add_key(keys, "DEV_TYPE", fmt::format("{:04X}", card.type));
    add_key(keys, "MODALIAS", fmt::format("ap:t{:02X}", card.type));
    add_key(keys, "MODE", mode_name(card.mode));
    return keys;
}

std::string queue_keys(const Queue& queue, Mode mode) {
    std::string keys;
    add_key(keys, "DEVTYPE", "ap_queue");
    add_driver(keys, driver_name(queue.driver));
    add_key(keys, "MODE", mode_name(mode));
    return keys;
}

std::string mdev_keys(const Mdev& mdev) {
    std::string keys;
    if (mdev.bound) add_driver(keys, "vfio_ap_mdev");
    return keys;
}

std::string vfio_group_keys(unsigned group) {
    std::string keys;
    add_key(keys, "MAJOR", "254");
    add_key(keys, "MINOR", fmt::to_string(group));
    add_key(keys, "DEVNAME", fmt::format("vfio/{}", group));
    return keys;
}

} // namespace apsim
