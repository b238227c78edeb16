// SPDX-License-Identifier: LGPL-2.1-or-later
// Choosing operations.
#include "fuzz/generator.hpp"

#include "fuzz/words.hpp"

namespace contract {

namespace {

using Kind = Operation::Kind;

constexpr unsigned machine_adapters[] = {3, 5, 6};

} // namespace

/// One that is there, mostly.
std::string Generator::an_mdev() {
    if (!mdevs_.empty() && !random_.percent(5)) return random_.pick(mdevs_);
    return random_.one_of<std::string>({"M1", "M2", "M3"});
}

std::string Generator::adapter_line(unsigned adapter) {
    auto line = "adapter " + std::to_string(adapter);
    line += random_.one_of({" type=CEX7", " type=CEX7", " type=CEX8", " type=CEX4", " type=CEX6"});
    line += random_.one_of({" mode=cca", " mode=cca", " mode=ep11", " mode=accel"});
    if (random_.percent(25))
        line += random_.one_of({" state=checkstop", " state=deconfigured", " domains=4", " domains=4,6"});
    return line;
}

std::string Generator::usage_line() {
    return "usage " +
           random_.one_of<std::string>({"4,0x47", "4,0x47", "4,6,0x47", "4", "4,6", "0x47", "6,0x47"});
}

Operation Generator::mask() {
    if (by_override_ && random_.percent(80)) return override_();
    const bool adapters = random_.percent(65);
    return {Kind::write, adapters ? "apmask" : "aqmask", a_mask(random_, adapters ? an_adapter : a_domain)};
}

Operation Generator::driver() {
    const auto name = random_.percent(8) ? a_card_file(random_) : a_queue_name(random_);
    if (random_.percent(35)) return {Kind::write, "drivers_probe", ended(random_, name)};
    // A queue that comes to cex4queue while its card has no driver ends the kernel: no unbind of cards.
    const auto file =
        random_.one_of<std::string>({"vfio_ap/bind", "vfio_ap/unbind", "vfio_ap/unbind", "cex4queue/bind",
                                     "cex4queue/unbind", "cex4queue/unbind", "cex4card/bind"});
    // No mask is written while a queue has no driver (see Player).
    if (file.ends_with("/unbind") && random_.percent(60))
        intended_.push_back(
            {Kind::write, random_.one_of<std::string>({"drivers_probe", "drivers/vfio_ap/bind"}), name});
    return {Kind::write, "drivers/" + file, ended(random_, name)};
}

Operation Generator::override_() {
    const auto queue = a_queue_file(random_);
    const auto file = queue + "/driver_override";
    overridden_.insert(static_cast<unsigned>(queue[1] - '0'));
    if (by_override_ && random_.percent(60)) {
        const bool take = random_.percent(65);
        intended_.push_back({Kind::write, "drivers_probe", queue});
        intended_.push_back(
            {Kind::write, take ? "drivers/cex4queue/unbind" : "drivers/vfio_ap/unbind", queue});
        return {Kind::write, file, take ? "vfio_ap\n" : "\n"};
    }
    const auto text = random_.percent(60)
                          ? random_.one_of<std::string>({"vfio_ap\n", "vfio_ap", "\n", "\n"})
                          : random_.one_of<std::string>(
                                {"cex4queue", "nosuch\n", "", " vfio_ap", "vfio_ap \n", "vfio_ap\ncex4queue",
                                 "(null)", std::string("\0", 1), std::string(4095, 'x'),
                                 std::string(4094, 'x'), std::string(4096, 'x'), "\nvfio_ap"});
    return {Kind::write, file, text};
}

Operation Generator::life() {
    if (mdevs_.size() < 2 || random_.percent(30)) {
        const auto mdev = random_.one_of<std::string>({"M1", "M2", "M3"});
        auto uuid = uuid_of(mdev);
        if (random_.percent(12))
            uuid = random_.one_of<std::string>(
                {uuid.substr(1), uuid + "xx", uuid + "X", "", "\n", "11111111_1111-4111-8111-111111111111",
                 "22222222-2222-4222-8222-22222222222A", uuid.substr(0, 35) + "g"});
        else
            mdevs_.insert(mdev);
        return {Kind::write, "create", ended(random_, uuid)};
    }
    const auto mdev = an_mdev();
    const auto text =
        random_.percent(70)
            ? "1"
            : random_.one_of<std::string>({"0", "x", "", "2", "-1", "\n", "0x10", "99999999999999999999999"});
    if (text == "1") mdevs_.erase(mdev);
    return {Kind::write, mdev + "/remove", ended(random_, text)};
}

Operation Generator::assign() {
    const auto kind =
        random_.one_of<std::string>({"adapter", "adapter", "domain", "domain", "domain", "control_domain"});
    const unsigned id = kind == "adapter" ? an_adapter(random_) : a_domain(random_);
    const auto text = random_.percent(93)
                          ? a_number(random_, id)
                          : random_.one_of<std::string>({"abc", "-1", " 3", "3 ", "08", "", "\n", "+3", "++3",
                                                         "0x", "0xg", "256", "65536", "4294967299",
                                                         "18446744073709551619", "99999999999999999999999",
                                                         std::string("3\0", 2), std::string(5000, '0')});
    const auto verb = random_.percent(68) ? "/assign_" : "/unassign_";
    return {Kind::write, an_mdev() + verb + kind, ended(random_, text)};
}

Operation Generator::config() { return {Kind::write, an_mdev() + "/ap_config", a_config(random_)}; }

Operation Generator::hardware() {
    const unsigned adapter = random_.pick(machine_adapters);
    if (would_spoil_the_host(adapter) || random_.percent(35)) {
        if (!overridden_.empty() && !random_.percent(3))
            return {Kind::hardware, "control " + random_.one_of<std::string>({"4", "4,0x47", "6", "none"})};
        return {Kind::hardware, random_.percent(25)
                                    ? "control " + random_.one_of<std::string>({"4", "4,0x47", "6", "none"})
                                    : usage_line()};
    }
    if (random_.percent(15)) {
        const auto queue = "queue " + std::to_string(adapter) + random_.one_of({".4", ".6", ".0x47"});
        if (random_.percent(40)) return {Kind::hardware, "no " + queue};
        return {Kind::hardware, queue + " state=" + random_.one_of({"checkstop", "deconfigured", "absent"})};
    }
    if (adapters_.contains(adapter) && random_.percent(50)) {
        adapters_.erase(adapter);
        return {Kind::hardware, "no adapter " + std::to_string(adapter)};
    }
    adapters_.insert(adapter);
    return {Kind::hardware, adapter_line(adapter)};
}

Operation Generator::guest() {
    if (!guests_.empty() && random_.percent(55)) {
        const auto mdev = random_.pick(guests_);
        guests_.erase(mdev);
        return {random_.percent(30) ? Kind::kill : Kind::close, mdev};
    }
    const auto mdev = an_mdev();
    guests_.insert(mdev);
    return {Kind::open, mdev};
}

Operation Generator::module() {
    return {random_.percent(65) ? Kind::load : Kind::unload,
            random_.one_of<std::string>({"vfio_ap", "vfio_ap", "zcrypt_cex4"})};
}

Operation Generator::device_file() {
    const bool card = random_.percent(50);
    const auto device = card ? a_card_file(random_) : a_queue_file(random_);
    const auto file = card ? random_.one_of<std::string>({"online", "online", "config", "request_count"})
                           : random_.one_of<std::string>({"online", "online", "reset", "request_count"});
    return {Kind::write, device + '/' + file,
            random_.percent(75)
                ? random_.one_of<std::string>({"0", "1", "0\n", "1\n"})
                : random_.one_of<std::string>({"2", "-1", "x", "", " 1", "1x", "\n", "99999999999"})};
}

Operation Generator::bus_file() {
    struct File {
        const char* name;
        std::initializer_list<std::string> texts;
    };
    static const File files[] = {
        {"config_time", {"4", "121", "x", "60abc", "120\n", " 119", "", "0x64"}},
        {"ap_domain", {"4", "4\n", "0x47", "6", "85", "84", "-1", "x", "", "071"}},
        {"poll_timeout",
         {"250000\n", "0", "120000000000", "120000000001", "x", "-1", "18446744073709551616"}},
        {"poll_thread", {"0", "1", "maybe", "yes", "no\n", "on", "off", "of", "o", ""}},
        {"drivers_autoprobe", {"0", "1", "x", "", "0\n", "00", "\n"}},
        {"scans", {"1", "x", ""}},
    };
    const auto& file = random_.pick(files);
    return {Kind::write, file.name, random_.pick(file.texts)};
}

Operation Generator::mdev_bus() {
    const auto uuid = uuid_of(an_mdev());
    const auto file = random_.one_of<std::string>(
        {"/sys/bus/mdev/drivers/vfio_ap_mdev/unbind", "/sys/bus/mdev/drivers/vfio_ap_mdev/unbind",
         "/sys/bus/mdev/drivers/vfio_ap_mdev/bind", "/sys/bus/mdev/drivers_probe"});
    if (random_.percent(10))
        return {Kind::write, "/sys/bus/mdev/drivers_autoprobe", random_.one_of<std::string>({"0", "1"})};
    return {Kind::write, file, ended(random_, uuid)};
}

/// What the modes of files refuse, and what is not there.
Operation Generator::odd() {
    const auto queue = a_queue_file(random_);
    const auto mdev = an_mdev();
    if (random_.percent(50))
        return {Kind::read, random_.one_of<std::string>(
                                {mdev + "/assign_adapter", mdev + "/remove", "create", "drivers_probe",
                                 queue + "/status", queue + "/online", mdev + "/matrix",
                                 "drivers/vfio_ap/bind", "nosuch", queue + "/driver_override"})};
    return {Kind::write,
            random_.one_of<std::string>({"bindings", "features", queue + "/status", queue + "/config",
                                         queue + "/chkstop", mdev + "/matrix", mdev + "/guest_matrix",
                                         mdev + "/control_domains", "available_instances", "nosuch",
                                         "drivers", "apmask", mdev + "/assign_domain", "ap_adapter_mask"}),
            random_.one_of<std::string>({"", "1"})};
}

Operation Generator::next() {
    if (!intended_.empty()) {
        auto operation = std::move(intended_.back());
        intended_.pop_back();
        return operation;
    }
    struct Choice {
        unsigned weight;
        Operation (Generator::*make)();
    };
    static constexpr Choice choices[] = {
        {17, &Generator::mask},       {12, &Generator::driver},  {7, &Generator::override_},
        {8, &Generator::life},        {27, &Generator::assign},  {7, &Generator::config},
        {5, &Generator::hardware},    {6, &Generator::guest},    {1, &Generator::module},
        {4, &Generator::device_file}, {3, &Generator::bus_file}, {1, &Generator::mdev_bus},
        {2, &Generator::odd},
    };
    unsigned at = random_.below(100);
    for (const auto& choice : choices) {
        if (at < choice.weight) return careful((this->*choice.make)());
        at -= choice.weight;
    }
    return odd();
}

/// New cards need their driver before anybody looks at their queues (see driver()).
Operation Generator::careful(Operation operation) {
    if (operation.name == "drivers_autoprobe" && !operation.bytes.empty())
        autoprobe_ = !operation.bytes.starts_with('0');
    const bool makes_cards =
        operation.kind == Kind::hardware || (operation.kind == Kind::load && operation.name == "zcrypt_cex4");
    if (makes_cards && !autoprobe_)
        for (const auto* card : {"card06", "card05", "card03"})
            intended_.push_back({Kind::write, "drivers_probe", card});
    return operation;
}

Episode Generator::episode(std::string name, unsigned operations) {
    mdevs_.clear();
    guests_.clear();
    overridden_.clear();
    intended_.clear();
    adapters_ = {3, 5};
    autoprobe_ = true;
    by_override_ = random_.percent(30);
    Episode episode{std::move(name), {}, {}};
    begin(episode);
    while (episode.operations.size() < operations) episode.operations.push_back(next());
    return episode;
}

void Generator::begin(Episode& episode) {
    if (random_.percent(60)) {
        episode.machine.push_back(adapter_line(6));
        adapters_.insert(6);
    }
    if (random_.percent(40)) episode.machine.push_back(usage_line());
    if (random_.percent(20)) episode.machine.push_back("reset-ms " + std::to_string(10 + random_.below(40)));
    // Most of what is interesting needs queues for guests, and an mdev.
    if (!by_override_ && random_.percent(75)) episode.operations.push_back({Kind::write, "apmask", "-3"});
    if (random_.percent(25)) return;
    episode.operations.push_back({Kind::write, "create", uuid_of("M1")});
    mdevs_.insert("M1");
    if (random_.percent(40)) return;
    for (const auto* domain : {"4", "0x47"})
        episode.operations.push_back({Kind::write, "M1/assign_domain", domain});
    if (random_.percent(50)) episode.operations.push_back({Kind::write, "M1/assign_adapter", "3"});
}

} // namespace contract
