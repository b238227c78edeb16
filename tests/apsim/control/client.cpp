// SPDX-License-Identifier: LGPL-2.1-or-later
// The client of the control socket.
#include "control/client.hpp"

#include <charconv>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>
#include <map>
#include <stdexcept>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <nlohmann/json.hpp>

namespace apsim {

namespace {

using nlohmann::json;

/// What the word behind the operation is called in the request.
std::string main_key(const std::string& op) {
    static const std::map<std::string, std::string> keys{
        {"plug", "adapter"},    {"unplug", "adapter"},    {"checkstop", "adapter"},
        {"config", "adapter"},  {"add-domain", "domain"}, {"remove-domain", "domain"},
        {"guest-open", "uuid"}, {"guest-close", "uuid"},  {"fail", "path"},
        {"delay", "path"},      {"hold", "path"},         {"release", "path"},
        {"clear-faults", "id"}, {"module", "name"},       {"timer", "on"},
        {"requests", "queue"}};
    const auto it = keys.find(op);
    return it == keys.end() ? std::string() : it->second;
}

bool is_text(const std::string& key) {
    static constexpr std::string_view texts[] = {"uuid", "path", "guest",  "errno",           "name",
                                                 "type", "mode", "serial", "missing_domains", "action",
                                                 "queue"};
    return std::ranges::find(texts, key) != std::end(texts);
}

/// true, false, a decimal or 0x number, else text.
json value_of(const std::string& key, const std::string& word) {
    if (is_text(key)) return word;
    if (word == "true" || word == "on") return true;
    if (word == "false" || word == "off") return false;
    const bool hex = word.starts_with("0x");
    std::uint64_t number = 0;
    const char* begin = word.data() + (hex ? 2 : 0);
    const char* end = word.data() + word.size();
    const auto [stop, error] = std::from_chars(begin, end, number, hex ? 16 : 10);
    if (begin != end && stop == end && error == std::errc()) return number;
    return word;
}

std::string option_key(const std::string& word) {
    auto key = word.substr(2);
    std::ranges::replace(key, '-', '_');
    return key;
}

} // namespace

namespace {

/// `topology FILE`: the request holds the file's text.
std::string topology_request(const std::vector<std::string>& words) {
    if (words.size() != 2) throw std::invalid_argument("topology needs a file");
    std::ifstream file(words[1], std::ios::binary);
    if (!file) throw std::invalid_argument(words[1] + ": " + std::strerror(errno));
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    return json{{"op", "topology"}, {"text", text}}.dump(-1, ' ', false, json::error_handler_t::replace);
}

} // namespace

std::string request_from_words(const std::vector<std::string>& words) {
    if (words.empty()) throw std::invalid_argument("ctl needs a request");
    if (words[0] == "topology") return topology_request(words);
    if (words.size() == 1 && words[0].starts_with('{')) return words[0];
    json request{{"op", words[0]}};
    auto bare = main_key(words[0]);
    for (std::size_t i = 1; i < words.size(); ++i) {
        std::string key = bare;
        if (words[i].starts_with("--")) {
            key = option_key(words[i]);
            if (++i == words.size()) throw std::invalid_argument("--" + key + " needs a value");
        } else if (bare.empty()) {
            throw std::invalid_argument("unexpected word " + words[i]);
        } else {
            // `config 3 off`, `module vfio_ap unload`: what is to become of the thing.
            bare = bare == "adapter" && (words[0] == "checkstop" || words[0] == "config") ? "on"
                   : bare == "name"                                                       ? "action"
                                                                                          : "";
        }
        request[key] = value_of(key, words[i]);
    }
    return request.dump(-1, ' ', false, json::error_handler_t::replace);
}

namespace {

Done<int> connect_control() {
    const char* path = std::getenv("APSIM_CONTROL");
    if (path == nullptr)
        return std::unexpected(
            std::string("APSIM_CONTROL is not set: no simulated host around (see apsim run)"));
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    const std::string_view text(path);
    if (text.size() >= sizeof address.sun_path) return failed(text, ENAMETOOLONG);
    text.copy(address.sun_path, text.size());
    const int fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0) return failed("socket");
    if (::connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) {
        const int error = errno;
        ::close(fd);
        return failed(text, error);
    }
    return fd;
}

Done<std::string> ask(int fd, const std::string& request) {
    const auto line = request + "\n";
    for (std::size_t sent = 0; sent < line.size();) {
        const auto size = ::send(fd, line.data() + sent, line.size() - sent, MSG_NOSIGNAL);
        if (size < 0) return failed("control socket");
        sent += static_cast<std::size_t>(size);
    }
    std::string reply;
    char part[65536];
    while (!reply.ends_with('\n')) {
        const auto size = ::recv(fd, part, sizeof part, 0);
        if (size < 0 && errno == EINTR) continue;
        if (size <= 0) return failed("control socket", size < 0 ? errno : ECONNRESET);
        reply.append(part, static_cast<std::size_t>(size));
    }
    return reply;
}

} // namespace

Done<std::string> call_control(const std::string& request) {
    const auto fd = connect_control();
    if (!fd) return std::unexpected(fd.error());
    auto reply = ask(*fd, request);
    ::close(*fd);
    return reply;
}

int ctl(const std::vector<std::string>& words) {
    std::string request;
    try {
        request = request_from_words(words);
    } catch (const std::invalid_argument& bad) {
        fmt::print(stderr, "apsim: {}\n", bad.what());
        return 2;
    }
    const auto reply = call_control(request);
    if (!reply) {
        fmt::print(stderr, "apsim: {}\n", reply.error());
        return 8;
    }
    fmt::print("{}", *reply);
    const auto parsed = json::parse(*reply, nullptr, false);
    return parsed.is_object() && parsed.value("ok", false) ? 0 : 1;
}

} // namespace apsim
