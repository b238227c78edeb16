// SPDX-License-Identifier: LGPL-2.1-or-later
#include "hook/taken.hpp"

#include "core/parse.hpp"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace ap::hook {
namespace {

namespace fs = std::filesystem;

std::unexpected<Error> failed(const std::string& path, const char* what) {
    const int error = errno;
    return std::unexpected(Error{Fault::host_io, path, std::string(what) + ": " + std::strerror(error), "", error});
}

/// The file "MATRIX.GUEST" says that the guest has taken the matrix.
struct Claim {
    Uuid matrix{}, guest{};
};
std::vector<Claim> claims_in(const std::string& directory) {
    std::vector<Claim> claims;
    std::error_code error;
    for (const auto& entry : fs::directory_iterator(directory, error)) {
        const auto name = entry.path().filename().string();
        const auto dot = name.find('.');
        if (dot == std::string::npos) continue;
        const auto matrix = parse_uuid(name.substr(0, dot)), guest = parse_uuid(name.substr(dot + 1));
        if (matrix && guest) claims.push_back({*matrix, *guest}); // not so: the locks
    }
    return claims;
}

/// The file is made where it is not there, and so is its directory.
Result<int> open_file(const std::string& path) {
    std::error_code error;
    fs::create_directories(fs::path(path).parent_path(), error); // if not, the file cannot be written either
    const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    if (file < 0) return failed(path, "cannot be written");
    return file;
}

std::string file_of(const std::string& directory, const Uuid& matrix, const std::string& suffix) { return directory + "/" + to_string(matrix) + "." + suffix; }

} // namespace

Turn::~Turn() {
    if (lock_ >= 0) ::close(lock_);
}

bool Taken::by_anybody(const std::string& directory) { return !claims_in(directory).empty(); }

Result<Turn> Taken::turn(const Uuid& matrix) const {
    // It is never removed: who waits for it would get one that the next does not see.
    const auto path = file_of(directory_, matrix, "lock");
    const auto file = open_file(path);
    if (!file) return std::unexpected(file.error());
    Turn turn(*file);
    while (::flock(*file, LOCK_EX) != 0)
        if (errno != EINTR) return failed(path, "cannot be locked");
    return turn;
}

std::vector<Uuid> Taken::matrices() const {
    std::vector<Uuid> matrices;
    for (const auto& claim : claims_in(directory_))
        if (claim.guest == guest_) matrices.push_back(claim.matrix);
    return matrices;
}

bool Taken::by_others(const Uuid& matrix) const {
    for (const auto& claim : claims_in(directory_))
        if (claim.matrix == matrix && claim.guest != guest_) return true;
    return false;
}

Result<void> Taken::add(const Uuid& matrix) const {
    const auto file = open_file(file_of(directory_, matrix, to_string(guest_)));
    if (!file) return std::unexpected(file.error());
    ::futimens(*file, nullptr); // taken now, also if it was before; if not, it only looks older
    ::close(*file);
    return {};
}

void Taken::forget(const Uuid& matrix) const { ::unlink(file_of(directory_, matrix, to_string(guest_)).c_str()); }

void Taken::forget_others(const Uuid& matrix, std::chrono::seconds age, const std::function<bool(const Uuid& guest)>& lives) const {
    const auto before = fs::file_time_type::clock::now() - age;
    for (const auto& claim : claims_in(directory_)) {
        if (claim.matrix != matrix || claim.guest == guest_ || lives(claim.guest)) continue;
        const auto path = file_of(directory_, matrix, to_string(claim.guest));
        std::error_code error;
        if (const auto taken = fs::last_write_time(path, error); !error && taken < before) ::unlink(path.c_str());
    }
}

} // namespace ap::hook
