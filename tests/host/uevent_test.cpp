// SPDX-License-Identifier: LGPL-2.1-or-later
// Which event asks for which reading.
#include "host/uevent.hpp"

#include <gtest/gtest.h>

namespace ap::host {
namespace {

const Uuid web = *parse_uuid("11111111-2222-3333-4444-555555555555");
const std::string web_path = "/devices/vfio_ap/matrix/11111111-2222-3333-4444-555555555555";

Dirty of(std::string_view action, std::string_view subsystem, std::string_view devpath) {
    return dirt_of({.action = action, .subsystem = subsystem, .devpath = devpath});
}

TEST(Uevent, OfAMaskChangeMarksTheBinding) {
    auto dirty = of("change", "ap", "/devices/ap");
    EXPECT_TRUE(dirty.binding);
    EXPECT_FALSE(dirty.everything);
}

TEST(Uevent, OfWhatIsOursAsksForTheConfigurationTooWhichHasNone) {
    EXPECT_TRUE(of("change", "ap", "/devices/ap").configuration);
    EXPECT_TRUE(of("bind", "ap", "/devices/ap/card03/03.0004").configuration);
    EXPECT_TRUE(of("add", "mdev", web_path).configuration);
    EXPECT_FALSE(of("add", "block", "/devices/sda").configuration);
}

TEST(Uevent, OfTheFirstScanMarksEverything) {
    EXPECT_TRUE(
        dirt_of({.action = "change", .subsystem = "ap", .devpath = "/devices/ap", .initial_scan = true})
            .everything);
}

TEST(Uevent, OfAQueueThatChangesItsDriverMarksTheBindingButNotItsAdapter) {
    for (const char* action : {"bind", "unbind"}) {
        auto dirty = of(action, "ap", "/devices/ap/card03/03.0004");
        EXPECT_TRUE(dirty.binding) << action;
        EXPECT_TRUE(dirty.adapters.empty()) << action;
    }
}

TEST(Uevent, OfAQueueThatComesGoesOrChangesMarksItsAdapter) {
    for (const char* action : {"add", "remove", "change"})
        EXPECT_EQ(of(action, "ap", "/devices/ap/card03/03.0004").adapters, AdapterSet{Apid{3}}) << action;
}

TEST(Uevent, OfAQueueThatComesToADriverIsAnArrival) {
    Arrivals arrivals;
    const auto hear = [&](const char* action, const char* subsystem, const char* devpath, const char* driver) {
        count_arrival({.action = action, .subsystem = subsystem, .devpath = devpath, .driver = driver}, arrivals);
    };
    hear("bind", "ap", "/devices/ap/card03/03.0004", "vfio_ap");
    hear("bind", "ap", "/devices/ap/card03/03.0005", "cex4queue");
    hear("unbind", "ap", "/devices/ap/card03/03.0006", "");
    hear("add", "ap", "/devices/ap/card03/03.0007", "");
    hear("bind", "ap", "/devices/ap/card03", "cex4card");
    hear("bind", "mdev", "/devices/vfio_ap/matrix/03.0008", "vfio_ap");
    EXPECT_EQ(arrivals.with_vfio_ap, QueueSet::rectangle({Apid{3}}, {Apqi{4}}));
    EXPECT_EQ(arrivals.with_host, QueueSet::rectangle({Apid{3}}, {Apqi{5}}));
}

TEST(Uevent, OfACardMarksIt) {
    for (const char* action : {"add", "bind", "unbind", "remove", "change"})
        EXPECT_EQ(of(action, "ap", "/devices/ap/cardff").adapters, AdapterSet{Apid{255}}) << action;
}

TEST(Uevent, OfAnMdevMarksItAndTheList) {
    auto dirty = of("bind", "mdev", web_path);
    EXPECT_TRUE(dirty.matrix_list);
    EXPECT_EQ(dirty.matrices, std::set<Uuid>{web});
}

TEST(Uevent, OfAnMdevThatIsBeingRemovedWhileOpenComesFromItsVfioDevice) {
    EXPECT_EQ(of("remove", "vfio-dev", web_path + "/vfio-dev/vfio0").matrices, std::set<Uuid>{web});
}

TEST(Uevent, OfAnMdevOfAnotherDriverMeansNothing) {
    EXPECT_FALSE(
        of("add", "mdev", "/devices/pci0000:00/0000:00:02.0/11111111-2222-3333-4444-555555555555").any());
    EXPECT_FALSE(of("add", "mdev", "/devices/vfio_ap/matrix").any());
    EXPECT_FALSE(of("add", "mdev", "/devices/vfio_ap/matrix/nonsense").any());
}

TEST(Uevent, OfTheMatrixDeviceMarksBindingAndList) {
    auto dirty = of("change", "matrix", "/devices/vfio_ap/matrix");
    EXPECT_TRUE(dirty.binding && dirty.matrix_list);
}

TEST(Uevent, OfTheBusMarksEverythingAndOfOtherBusesNothing) {
    EXPECT_TRUE(of("add", "bus", "/bus/ap").everything);
    EXPECT_FALSE(of("add", "bus", "/bus/mdev").any());
}

TEST(Uevent, OfADriverOfTheBusMarksTheBinding) {
    EXPECT_TRUE(of("add", "drivers", "/bus/ap/drivers/vfio_ap").binding);
    EXPECT_FALSE(of("add", "drivers", "/bus/pci/drivers/e1000").any());
}

TEST(Uevent, OfSomethingElseMeansNothing) {
    EXPECT_FALSE(of("add", "net", "/devices/ap/card03").any());
    EXPECT_FALSE(of("", "", "").any());
    EXPECT_FALSE(of("add", "ap", "/devices/ap/card3").any());
}

} // namespace
} // namespace ap::host
