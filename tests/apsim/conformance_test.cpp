// SPDX-License-Identifier: LGPL-2.1-or-later
// The conformance tables of the kernel's ABI, run with plain system calls.  To be started by `apsim run` on
// the host hosts/conformance.toml; the rows themselves know nothing of the simulation but the guests it opens
// and closes.
#include <algorithm>
#include <gtest/gtest.h>

#include "conformance/rows.hpp"
#include "conformance/sysfs.hpp"
#include "conformance/uevents.hpp"
#include "control/errnos.hpp"

namespace apsim::conformance {

namespace {

int error_of(const std::expected<std::string, int>& result) { return result ? 0 : result.error(); }

class Conformance : public testing::TestWithParam<Row> {
  protected:
    void SetUp() override {
        enter(GetParam().state);
        reader_.drain();
    }

    void carry_out(const Step& step) {
        const auto path = path_of(step.name);
        switch (step.kind) {
        case Step::Kind::write:
            return expect_error(step.error, write_once(path, step.text), "write to " + path);
        case Step::Kind::control: return control(step.text);
        case Step::Kind::shows: return expect_text(path, step.text);
        case Step::Kind::driver: EXPECT_EQ(link_name(path + "/driver"), step.text) << path; return;
        case Step::Kind::absent: EXPECT_FALSE(exists(path)) << path; return;
        case Step::Kind::unreadable:
            return expect_error(step.error, error_of(read_all(path)), "reading " + path);
        case Step::Kind::size: EXPECT_EQ(read_all(path).value().size(), step.size) << path; return;
        case Step::Kind::events: EXPECT_EQ(reader_.drain(), step.events); return;
        }
    }

  private:
    void expect_error(int expected, int actual, const std::string& what) {
        EXPECT_EQ(expected, actual) << what << ": expected " << errno_name(expected) << ", got "
                                    << errno_name(actual);
    }

    void expect_text(const std::string& path, const std::string& expected) {
        const auto text = read_all(path);
        ASSERT_TRUE(text) << path << ": " << errno_name(text.error());
        EXPECT_EQ(*text, expected) << path;
    }

    UeventReader reader_;
};

TEST_P(Conformance, AgreesWithTheKernel) {
    for (const auto& step : GetParam().steps) carry_out(step);
}

std::string row_id(const testing::TestParamInfo<Row>& info) { return info.param.id; }

INSTANTIATE_TEST_SUITE_P(TableA, Conformance, testing::ValuesIn(rows_a().begin(), rows_a().end()), row_id);
INSTANTIATE_TEST_SUITE_P(TableB, Conformance, testing::ValuesIn(rows_b().begin(), rows_b().end()), row_id);
INSTANTIATE_TEST_SUITE_P(TableC, Conformance, testing::ValuesIn(rows_c().begin(), rows_c().end()), row_id);
INSTANTIATE_TEST_SUITE_P(TableD, Conformance, testing::ValuesIn(rows_d().begin(), rows_d().end()), row_id);
INSTANTIATE_TEST_SUITE_P(TableE, Conformance, testing::ValuesIn(rows_e().begin(), rows_e().end()), row_id);

bool is_run(const std::string& id, std::span<const Row> rows) {
    return std::ranges::any_of(rows, [&](const Row& row) { return row.id == id || row.id == id + "a"; });
}

bool is_elsewhere(const std::string& id) {
    return std::ranges::any_of(rows_elsewhere(),
                               [&](const Elsewhere& row) { return row.id == id && !row.why.empty(); });
}

TEST(ConformanceTables, EveryRowIsRunOrListedWithTheReasonWhyNot) {
    struct Table {
        char letter;
        int rows;
        std::span<const Row> run;
    };
    const Table tables[] = {{'A', 34, rows_a()},
                            {'B', 13, rows_b()},
                            {'C', 36, rows_c()},
                            {'D', 14, rows_d()},
                            {'E', 16, rows_e()}};
    for (const auto& table : tables)
        for (int n = 1; n <= table.rows; ++n) {
            const auto id = table.letter + std::to_string(n);
            EXPECT_NE(is_run(id, table.run), is_elsewhere(id)) << id;
        }
}

} // namespace

} // namespace apsim::conformance
