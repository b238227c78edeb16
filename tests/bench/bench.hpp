// SPDX-License-Identifier: LGPL-2.1-or-later
// What the benchmarks share: a stopwatch, percentiles, and one row format that tests/bench/run collects into a table.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <fmt/format.h>
#include <string_view>
#include <vector>

namespace bench {

using Milliseconds = std::chrono::duration<double, std::milli>;

/// How long fn() takes, in milliseconds.
template <class Fn>
double time_ms(Fn&& fn) {
    auto start = std::chrono::steady_clock::now();
    fn();
    return Milliseconds(std::chrono::steady_clock::now() - start).count();
}

/// The p-th percentile (0..100) by nearest rank. Requires: !samples.empty().
inline double percentile(std::vector<double> samples, double p) {
    std::sort(samples.begin(), samples.end());
    auto rank = static_cast<std::size_t>(p / 100.0 * static_cast<double>(samples.size() - 1) + 0.5);
    return samples[rank];
}
inline double median(std::vector<double> samples) { return percentile(std::move(samples), 50); }

/// One row: what, ours, baseline, ratio ours : baseline. Times in milliseconds.
inline void row(std::string_view what, double ours, std::string_view baseline_name, double baseline) {
    fmt::print("{:<46} {:>10.3f} ms   {:<34} {:>10.3f} ms   x {:.2f}\n", what, ours, baseline_name, baseline, ours / baseline);
}

} // namespace bench
