// SPDX-License-Identifier: LGPL-2.1-or-later
// A host without libvirt: the daemon knows of no guests and says why.
#include "host/libvirt_guests.hpp"
#include "loaded/libvirt_library.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <poll.h>

namespace ap::loaded {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST(LibvirtMissing, IsARefusalThatNamesTheLibrary) {
    const auto loaded = LibvirtLibrary::load();
    ASSERT_FALSE(loaded);
    EXPECT_EQ(loaded.error().fault, Fault::host_io);
    EXPECT_THAT(to_string(loaded.error()), AllOf(HasSubstr("libvirt's library: cannot be loaded: "), HasSubstr("libvirt.so.0")));
}

TEST(LibvirtMissing, IsATroubleThatGuestsAreToldWith) {
    host::LibvirtGuests guests("test:///default");
    guests.begin();
    pollfd waiting{.fd = guests.fd(), .events = POLLIN, .revents = 0};
    ASSERT_EQ(poll(&waiting, 1, 60'000), 1);
    EXPECT_THAT(guests.now().trouble, HasSubstr("libvirt's library: cannot be loaded: "));
    EXPECT_THAT(guests.now().guests, IsEmpty());
    guests.look_again();
}

} // namespace
} // namespace ap::loaded
