// SPDX-License-Identifier: LGPL-2.1-or-later
// The host of the model: what outlives the daemon, what the kernel says to a write, and what a kill or a power cut leaves.

#define A 0
#define B 1
#define BIT(q) (1 << (q))
#define OTHER(m) (1 - (m))

// --- The host. Sets of queues are bits -------------------------------------------------------------------------------------
byte pool = 3;          // the guest pool
byte has[2] = {1, 2};   // assigned to A, to B
byte unbound = 0;       // no driver took them
// A definition file: the queues it gives, or nothing readable, or somebody else's valid change.
#define EMPTY 64
#define THEIRS 128
#define readable(x) (file[x] == EMPTY -> 0 : file[x] & 7)
byte file[2] = {1, 2};  // as any process sees it
byte on_disk[2] = {1, 2}; // as last synced; what a power cut may bring back
byte unsynced = 0;      // files that differ from the disk, perhaps
byte boot = 0;          // the kernel's boot id

// --- The database: survives a kill always, a power cut when its transaction was synced ----------------------------------------
byte defined[2] = {1, 2}; // names and definitions as committed
bit open = 0;           // there is an open record:
byte rec_job;           //   its plan
byte rec_boot;          //   the boot it began in
byte found_pool, found_has[2], found_file[2]; // what was found
byte mark = 0;          // files that may not be on the disk yet,
byte mark_boot;         //   written in this boot

// --- Volatile state of the daemon -------------------------------------------------------------------------------------------
bit degraded = 0;
bit alive = 0;
bit lock = 0;           // the neighbours' lock is there, with the number of this daemon or of a dead one
bit writing = 0;        // between the first write to the kernel and the last reading
bit undoing = 0;
byte seen_pool, seen_has[2], seen_unbound;
byte job = 0;
byte k = 0;             // number of the step
byte did = 0;           // steps that said they were done
byte op, m, q;          // the step
bit failed = 0;
byte kills = 0, cuts = 0, faults = 0, acts = 0, jobs = 0;

#include "promises.pml"

#define NONE 0
#define UNASSIGN 1
#define ASSIGN 2
#define FREE 3
#define GIVE_BACK 4

// --- The kernel's answers; `failed` is what the writer is told -----------------------------------------------------------------
#define another_has(x, y) (has[OTHER(x)] & BIT(y))
inline unassign(x, y) { has[x] = has[x] & ~BIT(y) }
inline assign(x, y) {
    // The kernel refuses; it has to only where somebody else was there during the job, or where undoing failed.
    assert(!another_has(x, y) || (touched & BIT(y)) || excuse);
    if
    :: another_has(x, y) || !(pool & BIT(y)) -> failed = 1 // EADDRINUSE, EADDRNOTAVAIL
    :: else -> has[x] = has[x] | BIT(y)
    fi
}
inline free(y) { pool = pool | BIT(y); unbound = unbound & ~BIT(y) }
inline give_back(y) {
    if
    :: (has[A] | has[B]) & BIT(y) -> failed = 1 // EBUSY
    :: else -> pool = pool & ~BIT(y); unbound = unbound & ~BIT(y)
    fi
}
inline kernel_does(o, x, y) {
    if
    :: o == UNASSIGN -> unassign(x, y)
    :: o == ASSIGN -> assign(x, y)
    :: o == FREE -> free(y)
    :: o == GIVE_BACK -> give_back(y)
    fi;
    promise1()
}
#define FAULT faults++; excuse = excuse || undoing
/// One write(2) of ours.
inline do_step(o, x, y) {
    atomic {
        failed = 0;
        if
        :: kernel_does(o, x, y)
        :: faults < FAULTS -> FAULT; failed = 1                        // refused
        :: faults < FAULTS -> FAULT; kernel_does(o, x, y); failed = 1  // refused, and done all the same
        :: faults < FAULTS -> FAULT                                    // taken, without effect
        :: faults < FAULTS && (o == FREE || o == GIVE_BACK) ->         // taken, but the driver's probe fails
            FAULT; kernel_does(o, x, y); unbound = unbound | (failed -> 0 : BIT(y))
        fi
    }
}

// --- Files ------------------------------------------------------------------------------------------------------------------
inline rename_file(x, content) {
    d_step {
        if
        :: file[x] != (content) -> file[x] = content; unsynced = unsynced | BIT(x)
        :: else
        fi
    }
}
inline sync_files(set) {
    d_step {
        if :: set & BIT(A) -> on_disk[A] = file[A] :: else fi;
        if :: set & BIT(B) -> on_disk[B] = file[B] :: else fi;
        unsynced = unsynced & ~(set)
    }
}
#define touches_file(x) (before_file[x] != after_file[x])
/// Something started it at boot with what only the change that was put back would have given it.
#define started_too_large(x) (seen_has[x] & ~(found_has[x] | found_file[x]))
#define loses_queues(x) (before_file[x] & ~after_file[x])
#define foreign(x) (touches_file(x) && (file[x] & THEIRS) && file[x] != before_file[x])
/// A file shall hold `content` again, unless somebody made a valid change to it since.
inline put_back(x, content) {
    if
    :: !touches_file(x) || foreign(x)
    :: else -> rename_file(x, content)
    fi
}

// --- A power cut ------------------------------------------------------------------------------------------------------------
inline keep_or_lose(x) {
    if
    :: unsynced & BIT(x) -> if :: file[x] = on_disk[x] :: skip :: file[x] = EMPTY fi
    :: else
    fi;
    on_disk[x] = file[x]
}
/// What a boot leaves of the host.
inline boot_host() {
    d_step {
        unbound = 0;
#ifdef MASKS_SURVIVE_BOOT
        // Masks from the kernel's command line or chzdev's rule; mdevctl's rule starts what the definitions say before we are there.
        pool = 3;
        has[A] = 0; has[B] = 0;
        has[A] = readable(A) & pool;
        has[B] = readable(B) & pool & ~has[A];
        promise1();
#else
        pool = 0; has[A] = 0; has[B] = 0;
#endif
        rebooted = 1;
        boot_pool = pool; boot_has[A] = has[A]; boot_has[B] = has[B];
        touched = 0
    }
}
