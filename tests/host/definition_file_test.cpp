// SPDX-License-Identifier: LGPL-2.1-or-later
// mdevctl's file format: what its writers write is understood, what is ambiguous is refused, what is not ours
// stays.
#include "host/definition_file.hpp"

#include <gtest/gtest.h>

#include <fmt/format.h>

namespace ap::host {
namespace {

/// A file with these attributes, the rest as mdevctl writes it.
std::string with_attrs(std::string_view attrs) {
    return fmt::format(
        "{{\n  \"mdev_type\": \"vfio_ap-passthrough\",\n  \"start\": \"auto\",\n  \"attrs\": {}\n}}", attrs);
}
const Matrix small{{Apid{5}}, {Apqi{4}}, {Apqi{4}}};

// --- What is understood
// ---------------------------------------------------------------------------------------------

TEST(DefinitionFile, ReadsWhatMdevctlWrites) {
    auto file = parse_definition_file(R"({
  "mdev_type": "vfio_ap-passthrough",
  "start": "manual",
  "attrs": [
    {
      "assign_adapter": "5"
    },
    {
      "assign_domain": "4"
    },
    {
      "assign_control_domain": "4"
    }
  ]
})");
    ASSERT_TRUE(file) << to_string(file.error());
    EXPECT_EQ(*file, (DefinitionFile{.matrix = small, .autostart = false}));
}

struct Good {
    const char* name;
    const char* attrs;
    Matrix matrix;
};
class GoodAttributes : public ::testing::TestWithParam<Good> {};
TEST_P(GoodAttributes, AreUnderstood) {
    auto file = parse_definition_file(with_attrs(GetParam().attrs));
    ASSERT_TRUE(file) << to_string(file.error());
    EXPECT_EQ(file->matrix, GetParam().matrix);
}
INSTANTIATE_TEST_SUITE_P(
    DefinitionFile, GoodAttributes,
    ::testing::Values(
        Good{"None", "[]", {}}, Good{"Null", "null", {}},
        Good{"Hex",
             R"([{"assign_adapter": "0x0a"}, {"assign_domain": "0X2F"}])",
             {{Apid{10}}, {Apqi{0x2f}}, {}}},
        Good{"Octal", R"([{"assign_domain": "017"}])", {{}, {Apqi{15}}, {}}},
        Good{"PlusAndNewline", R"([{"assign_domain": "+7\n"}])", {{}, {Apqi{7}}, {}}},
        Good{"CommaList", R"([{"assign_adapter": "3,0x4"}])", {{Apid{3}, Apid{4}}, {}, {}}},
        Good{"Repeated", R"([{"assign_adapter": "3"}, {"assign_adapter": "3"}])", {{Apid{3}}, {}, {}}},
        Good{"TakenBack", R"([{"assign_adapter": "3,4"}, {"unassign_adapter": "3"}])", {{Apid{4}}, {}, {}}},
        Good{"Limits", R"([{"assign_adapter": "0,255"}])", {{Apid{0}, Apid{255}}, {}, {}}},
        Good{"Foreign", R"([{"something_new": "x"}, {"assign_adapter": "3"}])", {{Apid{3}}, {}, {}}},
        Good{
            "ApConfig",
            R"([{"ap_config": "0x0400000000000000000000000000000000000000000000000000000000000000,0x0800000000000000000000000000000000000000000000000000000000000000,0x0800000000000000000000000000000000000000000000000000000000000000\n"}])",
            small}),
    [](const auto& row) { return row.param.name; });

TEST(DefinitionFile, TakesAMissingListOfAttributesForAnEmptyOne) {
    auto file = parse_definition_file(R"({"mdev_type": "vfio_ap-passthrough", "start": "auto"})");
    ASSERT_TRUE(file);
    EXPECT_EQ(*file, DefinitionFile{});
}

// --- What is refused
// ------------------------------------------------------------------------------------------------

struct Bad {
    const char* name;
    std::string text;
    const char* says; ///< part of the reason
};
class BadFile : public ::testing::TestWithParam<Bad> {};
TEST_P(BadFile, IsRefusedInOneClearLine) {
    auto file = parse_definition_file(GetParam().text);
    ASSERT_FALSE(file);
    EXPECT_EQ(file.error().fault, Fault::invalid);
    EXPECT_NE(file.error().reason.find(GetParam().says), std::string::npos) << file.error().reason;
    EXPECT_EQ(file.error().reason.find('\n'), std::string::npos);
    EXPECT_LT(file.error().reason.size(), 200u);
}
INSTANTIATE_TEST_SUITE_P(
    DefinitionFile, BadFile,
    ::testing::Values(
        Bad{"Empty", "", "not valid JSON"}, Bad{"Cut", "{\"mdev_type\": \"vfio_ap", "not valid JSON"},
        Bad{"Garbage", std::string(1000, 'x'), "not valid JSON"},
        Bad{"TwoDocuments", with_attrs("[]") + with_attrs("[]"), "not valid JSON"},
        Bad{"OneMiB", with_attrs("[]") + std::string(1024 * 1024, ' '), "larger than"},
        Bad{"DeepNesting", std::string(200000, '['), "not valid JSON"},
        Bad{"Nul", with_attrs("[]") + std::string(1, '\0'), "NUL"},
        Bad{"NotUtf8", with_attrs("[{\"assign_adapter\": \"\xff\xfe\"}]"), "not valid JSON in UTF-8"},
        Bad{"List", "[]", "not a JSON object"}, Bad{"Null", "null", "not a JSON object"},
        Bad{"NoType", R"({"start": "auto"})", "has no \"mdev_type\""},
        Bad{"TypeNumber", R"({"mdev_type": 1, "start": "auto"})", "\"mdev_type\" is not a string"},
        Bad{"OtherType", R"({"mdev_type": "i915-GVTg_V5_4", "start": "auto"})",
            "expected \"vfio_ap-passthrough\""},
        Bad{"NoStart", R"({"mdev_type": "vfio_ap-passthrough"})", "has no \"start\""},
        Bad{"StartBool", R"({"mdev_type": "vfio_ap-passthrough", "start": true})",
            "\"start\" is not a string"},
        Bad{"StartOther", R"({"mdev_type": "vfio_ap-passthrough", "start": "Auto"})",
            "expected \"auto\" or \"manual\""},
        Bad{"DuplicateKey", R"({"mdev_type": "vfio_ap-passthrough", "start": "auto", "start": "manual"})",
            "\"start\" twice"},
        Bad{"DuplicateInAttribute", with_attrs(R"([{"assign_adapter": "3", "assign_adapter": "4"}])"),
            "\"assign_adapter\" twice"},
        Bad{"AttrsObject", with_attrs("{}"), "\"attrs\" is not a list"},
        Bad{"AttrsString", with_attrs("\"3\""), "\"attrs\" is not a list"},
        Bad{"EntryString", with_attrs("[\"assign_adapter\"]"), "not an object with one key"},
        Bad{"EntryEmpty", with_attrs("[{}]"), "not an object with one key"},
        Bad{"EntryTwoKeys", with_attrs(R"([{"assign_adapter": "3", "assign_domain": "4"}])"),
            "not an object with one key"},
        Bad{"ValueNumber", with_attrs(R"([{"assign_adapter": 3}])"), "not a string"},
        Bad{"OutOfRange", with_attrs(R"([{"assign_adapter": "256"}])"), "0 to 255"},
        Bad{"Negative", with_attrs(R"([{"assign_adapter": "-1"}])"), "0 to 255"},
        Bad{"Huge", with_attrs(R"([{"assign_adapter": "99999999999999999999999999"}])"), "0 to 255"},
        Bad{"NoNumber", with_attrs(R"([{"assign_adapter": ""}])"), "0 to 255"},
        Bad{"OnlyPrefix", with_attrs(R"([{"assign_adapter": "0x"}])"), "0 to 255"},
        Bad{"BadOctal", with_attrs(R"([{"assign_adapter": "08"}])"), "0 to 255"},
        Bad{"Blank", with_attrs(R"([{"assign_adapter": " 3"}])"), "0 to 255"},
        Bad{"Range", with_attrs(R"([{"assign_adapter": "3-5"}])"), "0 to 255"},
        Bad{"EmptyItem", with_attrs(R"([{"assign_adapter": "3,,4"}])"), "0 to 255"},
        Bad{"TrailingComma", with_attrs(R"([{"assign_adapter": "3,"}])"), "0 to 255"},
        Bad{"EscapedNul", with_attrs(R"([{"assign_adapter": "3\u0000"}])"), "0 to 255"},
        Bad{"ShortApConfig", with_attrs(R"([{"ap_config": "0x04,0x08,0x08"}])"), "three masks"},
        Bad{"NewlineApConfig", with_attrs(R"([{"ap_config": "\n"}])"), "three masks"}),
    [](const auto& row) { return row.param.name; });

// --- What is written
// ------------------------------------------------------------------------------------------------

TEST(DefinitionFile, IsWrittenAsEveryMdevctlCanReadIt) {
    auto text = write_definition_file({{{Apid{3}, Apid{4}}, {Apqi{0x2f}}, {Apqi{0x2f}}}, true}, "");
    ASSERT_TRUE(text);
    EXPECT_EQ(*text, R"({
  "mdev_type": "vfio_ap-passthrough",
  "start": "auto",
  "attrs": [
    {
      "assign_adapter": "3"
    },
    {
      "assign_adapter": "4"
    },
    {
      "assign_domain": "47"
    },
    {
      "assign_control_domain": "47"
    }
  ]
}
)");
}

TEST(DefinitionFile, SurvivesARoundTripAtItsLargest) {
    DefinitionFile largest{{AdapterSet::all(), DomainSet::all(), DomainSet::all()}, false};
    auto text = write_definition_file(largest, "");
    ASSERT_TRUE(text);
    ASSERT_LE(text->size(), largest_definition_file);
    EXPECT_EQ(parse_definition_file(*text), largest);
}

TEST(DefinitionFile, StaysByteForByteWhenItSaysTheSameAlready) {
    std::string old =
        R"({"start":"auto",   "mdev_type":"vfio_ap-passthrough","attrs":[{"assign_adapter":"0x3,4"}]})";
    auto text = write_definition_file({{{Apid{3}, Apid{4}}, {}, {}}, true}, old);
    ASSERT_TRUE(text);
    EXPECT_EQ(*text, old);
}

TEST(DefinitionFile, KeepsForeignKeysAndAttributesInTheirPlaces) {
    auto text = write_definition_file({{{Apid{4}}, {}, {}}, false}, R"({
  "comment": "ask Ute first",
  "start": "auto",
  "mdev_type": "vfio_ap-passthrough",
  "attrs": [
    { "before": "1" },
    { "assign_adapter": "3" },
    { "between": "2" },
    { "assign_domain": "7" },
    { "after": "3" }
  ],
  "x-owner": { "team": [1, 2.5, null] }
})");
    ASSERT_TRUE(text);
    EXPECT_EQ(*text, R"({
  "comment": "ask Ute first",
  "start": "manual",
  "mdev_type": "vfio_ap-passthrough",
  "attrs": [
    {
      "before": "1"
    },
    {
      "assign_adapter": "4"
    },
    {
      "between": "2"
    },
    {
      "after": "3"
    }
  ],
  "x-owner": {
    "team": [
      1,
      2.5,
      null
    ]
  }
})");
}

TEST(DefinitionFile, IsWhatItWasWhenAChangeIsTakenBack) {
    const std::string old = R"({
  "mdev_type": "vfio_ap-passthrough",
  "start": "manual",
  "attrs": [
    {
      "assign_domain": "0x2f"
    },
    {
      "assign_adapter": "4"
    },
    {
      "assign_adapter": "0x03"
    },
    {
      "assign_control_domain": "057"
    }
  ]
})";
    const Matrix before{{Apid{3}, Apid{4}}, {Apqi{0x2f}}, {Apqi{0x2f}}};
    const Matrix after{{Apid{3}, Apid{4}, Apid{5}}, {Apqi{1}, Apqi{0x2f}}, {Apqi{1}, Apqi{0x2f}}};
    auto changed = write_definition_file({after, false}, old);
    ASSERT_TRUE(changed);
    EXPECT_EQ(parse_definition_file(*changed), (DefinitionFile{after, false}));
    auto back = write_definition_file({before, false}, *changed);
    ASSERT_TRUE(back);
    EXPECT_EQ(*back, old);
}

TEST(DefinitionFile, WritesAListOfIdsAnewWhenItChanges) {
    auto text = write_definition_file({{{Apid{3}, Apid{5}}, {Apqi{7}}, {}}, true},
                                      with_attrs(R"([{"assign_adapter": "3,4"}, {"assign_domain": "7"},
                                                     {"assign_adapter": "5"}, {"unassign_adapter": "9"}])"));
    ASSERT_TRUE(text);
    EXPECT_EQ(parse_definition_file(*text), (DefinitionFile{{{Apid{3}, Apid{5}}, {Apqi{7}}, {}}, true}));
    EXPECT_EQ(text->find("unassign"), std::string::npos);
}

TEST(DefinitionFile, ReplacesApConfigByWhatOldKernelsUnderstand) {
    std::string mask = "0x04" + std::string(62, '0');
    auto text = write_definition_file({small, true},
                                      with_attrs(fmt::format(R"([{{"ap_config": "{0},{0},{0}"}}])", mask)));
    ASSERT_TRUE(text);
    EXPECT_EQ(text->find("ap_config"), std::string::npos);
    EXPECT_EQ(parse_definition_file(*text)->matrix, small);
}

TEST(DefinitionFile, IsNotWrittenOverOneThatIsNotUnderstood) {
    EXPECT_FALSE(write_definition_file({small, true}, "{\"half\": "));
    EXPECT_FALSE(write_definition_file({small, true}, R"({"mdev_type": "other", "start": "auto"})"));
}

} // namespace
} // namespace ap::host
