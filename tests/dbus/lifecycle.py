#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
# What apctld tells its starter: options, exit status, the service manager's protocol. Run inside a simulated host, on a bus of its own:
# with_daemon gives the bus, a second daemon is what is looked at here. Argument: the daemon.
import os
import signal
import socket
import subprocess
import sys
import tempfile

daemon = sys.argv[1]
failures = 0


def expect(what, condition, said=""):
    global failures
    print(("ok: " if condition else "NOT OK: ") + what)
    if not condition:
        print("    " + repr(said))
        failures += 1


def run(*arguments, **environment):
    return subprocess.run([daemon, *arguments], capture_output=True, text=True, timeout=60, env={**os.environ, **environment})


def one_line(text):
    return text.startswith("apctld: ") and text.count("\n") == 1


# The command line
told = run("--help")
expect("--help is status 0 and fits 80 columns", told.returncode == 0 and max(map(len, told.stdout.splitlines())) <= 80, told.stdout)
expect("--version is status 0", run("--version").returncode == 0)
for arguments in (["--explode"], ["stray"], ["--bus"], ["--root", "/does/not/exist"]):
    told = run(*arguments)
    expect("%s is status 2 and one line" % arguments, told.returncode == 2 and one_line(told.stderr), told)

# What it cannot start with
told = run("--bus", "unix:path=/does/not/exist")
expect("no bus is status 1 and one line that names it", told.returncode == 1 and one_line(told.stderr) and "/does/not/exist" in told.stderr, told)
told = run("--bus", "x" * 100000)
expect("nor does a bus without sense end it without a word", told.returncode == 1 and told.stderr.startswith("apctld: "), told)
told = run()
expect("a second daemon ends with status 1 and says that the name is taken",
       told.returncode == 1 and "org.apctl1" in told.stderr.splitlines()[-1], told)

# The service manager's protocol, on a bus that is free
with tempfile.TemporaryDirectory() as directory:
    notifications = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    notifications.bind(directory + "/notify")
    notifications.settimeout(30)
    address = "unix:path=" + directory + "/bus"
    bus = subprocess.Popen(["dbus-daemon", "--session", "--nofork", "--nopidfile", "--address=" + address, "--print-address"],
                           stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    bus.stdout.readline()
    environment = {"NOTIFY_SOCKET": directory + "/notify", "WATCHDOG_USEC": "400000"}
    running = subprocess.Popen([daemon, "--bus", address, "--state-dir", directory], env={**os.environ, **environment},
                               stderr=subprocess.PIPE, text=True)

    def next_with(word):
        """The next notification that has it; those before are passed over."""
        while True:
            text = notifications.recv(65536).decode()
            if word in text:
                return text

    expect("READY=1 comes when the name is there", "READY=1" in next_with("READY=1"))
    names = subprocess.run(["busctl", "--address=" + address, "list", "--no-legend"], capture_output=True, text=True).stdout
    expect("the name is on the bus by then", "org.apctl1" in names, names)
    expect("STATUS says what the host is like", "queues" in next_with("STATUS="))
    expect("the watchdog is fed", "WATCHDOG=1" in next_with("WATCHDOG=1"))
    running.send_signal(signal.SIGTERM)
    expect("STOPPING=1 comes on SIGTERM", "STOPPING=1" in next_with("STOPPING=1"))
    expect("and status 0", running.wait(30) == 0)
    running.stderr.close()

    running = subprocess.Popen([daemon, "--bus", address, "--state-dir", directory], env={**os.environ, **environment},
                               stderr=subprocess.PIPE, text=True)
    next_with("READY=1")
    bus.kill()
    bus.wait()
    expect("losing the bus is status 1", running.wait(30) == 1)
    said = running.stderr.read()
    expect("and a line that says so", "bus" in said.splitlines()[-1], said)

# A sysfs that udev does not believe in
with tempfile.TemporaryDirectory() as directory:
    told = run("--bus", "unix:path=" + os.environ["DBUS_SYSTEM_BUS_ADDRESS"].split("=")[1].split(",")[0], "--state-dir", directory,
               SYSTEMD_DEVICE_VERIFY_SYSFS="1")
    expect("what udev does not see is said loudly", "SYSTEMD_DEVICE_VERIFY_SYSFS" in told.stderr, told)
sys.exit(failures)
