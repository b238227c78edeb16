// SPDX-License-Identifier: LGPL-2.1-or-later
// One row after another, those of a state together.
#include "runner.hpp"

#include <algorithm>
#include <stdexcept>

namespace contract {

std::string_view kind_name(Result::Kind kind) {
    return kind == Result::Kind::ok ? "ok" : kind == Result::Kind::differs ? "differs" : "not here";
}

namespace {

const std::string probe_uuid = "33333333-3333-4333-8333-333333333333";

bool a_queue_has(Host& host, const std::string& file) {
    const auto devices = host.list("/sys/bus/ap/devices");
    return devices && std::ranges::any_of(*devices, [&](const std::string& name) {
               return name.find('.') != std::string::npos && exists(host, path_of(name + "/" + file));
           });
}

bool mdevs_have_ap_config(Host& host) {
    if (host.write(path_of("create"), probe_uuid) != 0) return false;
    const auto dir = "/sys/devices/vfio_ap/matrix/" + probe_uuid;
    const bool has = exists(host, dir + "/ap_config");
    if (host.write(dir + "/remove", "1") != 0) throw std::runtime_error("cannot remove " + dir);
    return has;
}

} // namespace

std::set<Feature> detect(Host& host) {
    if (!exists(host, "/sys/module/vfio_ap") && host.module("vfio_ap", true) != 0)
        throw std::runtime_error("cannot load vfio_ap");
    std::set<Feature> features;
    features.insert(a_queue_has(host, "driver_override") ? Feature::driver_override
                                                         : Feature::no_driver_override);
    if (mdevs_have_ap_config(host)) features.insert(Feature::ap_config);
    if (exists(host, path_of("matrix/features"))) features.insert(Feature::matrix_features);
    const auto mode = host.mode("/sys/module/ap/parameters/apmask");
    if (mode && (*mode & 07777) == 0444) features.insert(Feature::readable_parameters);
    return features;
}

namespace {

std::string_view reason(Feature missing) {
    switch (missing) {
    case Feature::driver_override: return "a kernel without driver_override";
    case Feature::no_driver_override: return "a kernel with driver_override";
    case Feature::ap_config: return "a kernel without ap_config";
    case Feature::readable_parameters: return "a kernel whose module parameters not everybody can read";
    case Feature::matrix_features: return "a kernel whose matrix device has no features file";
    }
    return {};
}

std::optional<std::string> why_not_here(const Row& row, const Host& host, const std::set<Feature>& features) {
    for (const auto feature : row.needs)
        if (!features.contains(feature)) return std::string(reason(feature));
    for (const auto& [kind, why] : row.not_on)
        if (kind == host.kind()) return why;
    return std::nullopt;
}

Difference first_difference(const Row& row, Scene& scene, const Listener& listener) {
    scene.enter(row.state);
    int number = 0;
    for (const auto& step : row.steps) {
        ++number;
        if (listener.before) listener.before(row, step);
        if (auto difference = step.run(scene))
            return "step " + std::to_string(number) + ", " + step.words + ": " + *difference;
    }
    return std::nullopt;
}

Result run_row(const Row& row, Scene& scene, const std::set<Feature>& features, const Listener& listener) {
    if (const auto why = why_not_here(row, scene.host(), features))
        return {Result::Kind::not_here, row.id, *why};
    try {
        if (const auto difference = first_difference(row, scene, listener))
            return {Result::Kind::differs, row.id, *difference};
    } catch (const std::exception& trouble) {
        return {Result::Kind::differs, row.id, trouble.what()};
    }
    return {Result::Kind::ok, row.id, {}};
}

} // namespace

void run_rows(Host& host, const std::string& boot, const std::set<std::string>& only,
              const Listener& listener) {
    std::vector<const Row*> rows;
    for (const auto& row : all_rows())
        if (row.boot == boot && (only.empty() || only.contains(row.id))) rows.push_back(&row);
    std::ranges::stable_sort(rows, {}, &Row::state);
    const auto features = detect(host);
    Scene scene(host);
    for (const auto* row : rows) listener.tell(run_row(*row, scene, features, listener));
}

} // namespace contract
