// SPDX-License-Identifier: LGPL-2.1-or-later
// The library itself, with libvirt's own driver for tests.
#include "loaded/libvirt_library.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

namespace ap::loaded {
namespace {

using ::testing::HasSubstr;
using ::testing::Optional;

TEST(LibvirtLibrary, IsOneForAllThreads) {
    const LibvirtLibrary* other = nullptr;
    std::thread([&] { other = LibvirtLibrary::load().value(); }).join();
    EXPECT_EQ(LibvirtLibrary::load().value(), other);
}

TEST(LibvirtLibrary, SaysWhatLibvirtSaysOfAGuest) {
    const auto& libvirt = *LibvirtLibrary::load().value();
    auto* connection = libvirt.virConnectOpenReadOnly("test:///default");
    ASSERT_NE(connection, nullptr) << libvirt.last_words();
    const auto guest = libvirt.owned(libvirt.virDomainLookupByName(connection, "test"));
    ASSERT_TRUE(guest);
    EXPECT_THAT(libvirt.state_of(guest.get()), Optional(std::string("running")));
    EXPECT_THAT(libvirt.xml_of(guest.get(), 0), Optional(HasSubstr("<name>test</name>")));
    libvirt.virConnectClose(connection);
}

TEST(LibvirtLibrary, KeepsItsLastWordsAndPrintsNothing) {
    const auto& libvirt = *LibvirtLibrary::load().value();
    ::testing::internal::CaptureStderr();
    EXPECT_EQ(libvirt.virConnectOpenReadOnly("qemu+unix:///system?socket=/there/is/no/such/socket"), nullptr);
    EXPECT_EQ(::testing::internal::GetCapturedStderr(), "");
    EXPECT_THAT(libvirt.last_words(), HasSubstr("no/such/socket"));
}

} // namespace
} // namespace ap::loaded
