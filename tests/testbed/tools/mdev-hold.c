/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * mdev-hold UUID [release]
 *
 * Puts a vfio_ap mediated device in use the way QEMU does for a guest: the
 * device's group goes into a container and is made known to a KVM machine,
 * then the device is opened.  No virtual CPU is created.  Prints a line for
 * each step and each device request of the kernel, and holds the device until
 * the end of its standard input.  With "release", a device request makes it
 * close the device and exit, like QEMU's hot unplug.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/kvm.h>
#include <linux/vfio.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <unistd.h>

/* Older headers lack it. */
#define AP_REQ_IRQ 0

static int check(const char *what, int ret)
{
	if (ret < 0) {
		printf("%s: %s\n", what, strerror(errno));
		exit(1);
	}
	printf("%s: ok\n", what);
	return ret;
}

int main(int argc, char **argv)
{
	char path[256], link[256];
	int kvm, vm, vfio_dev, container, group, device, ev;
	ssize_t n;

	setvbuf(stdout, NULL, _IOLBF, 0);
	if (argc < 2)
		return 2;
	snprintf(path, sizeof(path), "/sys/bus/mdev/devices/%s/iommu_group",
		 argv[1]);
	n = readlink(path, link, sizeof(link) - 1);
	check("iommu_group", n);
	link[n] = 0;
	snprintf(path, sizeof(path), "/dev/vfio/%s", strrchr(link, '/') + 1);

	kvm = check("open /dev/kvm", open("/dev/kvm", O_RDWR));
	vm = check("KVM_CREATE_VM", ioctl(kvm, KVM_CREATE_VM, 0));
	struct kvm_create_device cd = { .type = KVM_DEV_TYPE_VFIO };
	check("KVM_CREATE_DEVICE(VFIO)", ioctl(vm, KVM_CREATE_DEVICE, &cd));
	vfio_dev = cd.fd;
	container = check("open container", open("/dev/vfio/vfio", O_RDWR));
	group = check("open group", open(path, O_RDWR));
	check("VFIO_GROUP_SET_CONTAINER",
	      ioctl(group, VFIO_GROUP_SET_CONTAINER, &container));
	check("VFIO_SET_IOMMU",
	      ioctl(container, VFIO_SET_IOMMU, VFIO_TYPE1_IOMMU));
	if (getenv("MDEV_HOLD_NO_KVM") == NULL) {
		struct kvm_device_attr attr = {
			.group = KVM_DEV_VFIO_GROUP,
			.attr = KVM_DEV_VFIO_GROUP_ADD,
			.addr = (uintptr_t)&group,
		};
		check("KVM_DEV_VFIO_GROUP_ADD",
		      ioctl(vfio_dev, KVM_SET_DEVICE_ATTR, &attr));
	}
	device = check("VFIO_GROUP_GET_DEVICE_FD",
		       ioctl(group, VFIO_GROUP_GET_DEVICE_FD, argv[1]));

	char buf[sizeof(struct vfio_irq_set) + sizeof(int32_t)] = { 0 };
	struct vfio_irq_set *irq = (void *)buf;
	ev = check("eventfd", eventfd(0, 0));
	irq->argsz = sizeof(buf);
	irq->flags = VFIO_IRQ_SET_DATA_EVENTFD | VFIO_IRQ_SET_ACTION_TRIGGER;
	irq->index = AP_REQ_IRQ;
	irq->count = 1;
	memcpy(irq->data, &ev, sizeof(int32_t));
	check("VFIO_DEVICE_SET_IRQS(REQ)",
	      ioctl(device, VFIO_DEVICE_SET_IRQS, irq));
	printf("holding\n");

	for (;;) {
		struct pollfd p[2] = {
			{ .fd = ev, .events = POLLIN },
			{ .fd = 0, .events = POLLIN },
		};
		char c[64];

		poll(p, 2, -1);
		if (p[0].revents) {
			uint64_t v;

			if (read(ev, &v, sizeof(v)) > 0)
				printf("device request from the kernel\n");
			if (argc > 2)
				break;
		}
		if (p[1].revents && read(0, c, sizeof(c)) <= 0)
			break;
	}
	check("close device", close(device));
	return 0;
}
