// SPDX-License-Identifier: LGPL-2.1-or-later
// How a change survives everything: the job's record, the host, crash and recovery, as a model that spin searches in full. `check` runs it; the
// tests of meson.build show that the promises hold, and that each of a list of mistakes is noticed.
//
// Promise 1   A queue never reaches a matrix it was not given to: promise1(), asserted with every change of the kernel's state. While a record is
//             open, before and after are both given; what another administrator assigns is his. assign() asserts besides that the kernel has to
//             refuse us a queue in other hands only where somebody else was there during the job or undoing itself met a fault.
// Promise 2   All or nothing: promise2(), asserted whenever the daemon is ready for the next wish. Host, files and records are before or are
//             after; what was told "done" is after, also after a power cut; what was told "refused" is before; or `degraded` is said, and that
//             not without a cause. What the other administrator acted on is left out.
// Every run ends with a daemon that answers: spin's search for invalid end states.
//
// daemon    apctld, the single writer: start, recovery, name, jobs. It may be killed between any two of its writes, at start too, and the power may
//           go instead. A kill keeps the kernel's state and the page cache. A power cut leaves no mdevs, the masks that give all to the host, and of
//           a file that was not synced the old content, the new, or none. -DMASKS_SURVIVE_BOOT: the masks of the boot free queues 0 and 1, and
//           mdevctl's rule starts the definitions before we are there.
// other     another administrator (mdevctl, libvirt, a shell): edits a definition, moves a queue between the pools, assigns and unassigns by hand.
//           -DPOLITE: he takes the neighbours' lock, as chzdev and ap-check do, and heeds ours while its holder lives.
//
// Two matrices and three queues: A has queue 0, B has queue 1, the host has queue 2. The jobs stand for all that the planner orders: move (A to B),
// grow (host to A), swap (A with B), shrink (A to host).
//
// in the model             in daemon/
//   take_lock              Worker::take_lock, NeighbourLockFile::acquire
//   read_host              Picture::read
//   owned_as_planned       propose
//   write_record           Ledger::begin, StoreOnDisk::begin
//   do_step, read_back     Runner::do_step; StepWriter, whose ports read back what they wrote
//   verified               Runner::verify, unlike_plan
//   rename_file, commit    StoreOnDisk::commit: files within the transaction, before it ends; those that lose queues are synced there (replace)
//   sync                   StoreOnDisk::settle
//   undo, take_back        Runner::undo, Undo::run, took_effect; Recovery::undo, steps_that_explain
//   put_back, close_undone StoreOnDisk::put_back, Ledger::close
//   start                  Worker::look_into_journal, Recovery::at_start, Recovery::after_reboot
//   started_too_large      Recovery::started_too_large
//   mend                   StoreOnDisk::mend_files
//
// Bounds: JOBS, KILLS, CUTS (of the power), FAULTS (a write that is refused, refused and done all the same, taken without effect, or taken by no
// driver; a rename or a transaction that fails), FOREIGN (acts of the other administrator).

#ifndef JOBS
#define JOBS 1
#endif
#ifndef KILLS
#define KILLS 0
#endif
#ifndef CUTS
#define CUTS 0
#endif
#ifndef FAULTS
#define FAULTS 0
#endif
#ifndef FOREIGN
#define FOREIGN 0
#endif

#include "host.pml"
#include "job.pml"

active proctype daemon() {
start:
    alive = 1;
#ifdef NAME_FIRST
    promise2();
#endif
    // --- Recovery
    take_lock();
    read_host();
    if
    :: !open -> goto mend
#ifndef BOOT_IGNORED
    :: open && rec_boot != boot -> goto undone // the kernel has forgotten all of it; files and records remain
#endif
    :: else
    fi;
    job = rec_job;
    if
    :: verified -> goto records
    :: else -> goto undo
    fi;

mend:
    // Files of a commit that may have gone with the power.
    if
    :: mark && LOST ->
        if :: mark & BIT(A) -> put_back(A, defined[A]) :: else fi;
        MAY_DIE;
        if :: mark & BIT(B) -> put_back(B, defined[B]) :: else fi;
        MAY_DIE
    :: else
    fi;
    goto sync;

ready:
    atomic {
        lock = 0; in_job = 0; undoing = 0;
        job = 0; op = NONE; m = 0; q = 0; k = 0; did = 0; failed = 0;
        promise2()
    }
end_ready:
    if
    :: atomic { jobs < JOBS && !degraded -> jobs++ }
    :: atomic { kills < KILLS -> kills++; goto died }
    :: atomic { cuts < CUTS -> cuts++; goto power_cut }
    fi;

    // --- A job
#ifndef LOCK_AFTER_FIRST_STEP
    take_lock();
#endif
    atomic {
        if :: job = MOVE :: job = GROW :: job = SWAP :: job = SHRINK fi;
        read_host();
        begin_watching();
        if
        :: owned_as_planned && files_as_defined
        :: else -> told = REFUSED; goto ready // another has it, or drift comes first
        fi;
        predict()
    }
#ifndef RECORD_AFTER_FIRST_STEP
    atomic {
        if
        :: write_record()
        :: faults < FAULTS -> faults++; told = REFUSED; goto ready // the disk is full
        fi
    }
    MAY_DIE;
#endif

    // --- The kernel's steps
    k = 0;
    writing = 1;
    do
    :: find_step();
        if :: op == NONE -> break :: else fi;
        do_step(op, m, q);
        MAY_DIE;
#ifndef STEP_NOT_READ_BACK
        read_back(op, m, q); // what the next step needs is confirmed before
        if :: !has_effect -> failed = 1 :: else fi;
#endif
#ifdef RECORD_AFTER_FIRST_STEP
        if :: k == 0 -> write_record() :: else fi;
#endif
#ifdef LOCK_AFTER_FIRST_STEP
        if :: k == 0 -> take_lock() :: else fi;
#endif
        if
        :: failed -> goto undo
        :: else -> k++; did = k
        fi
    od;
    read_host();
    if
#ifdef NOT_VERIFIED
    :: true
#else
    :: verified
    :: else -> goto undo
#endif
    fi;

    // --- Files and records
records:
    writing = 0;
#ifdef COMMIT_BEFORE_FILES
    atomic { commit() }
    MAY_DIE;
#endif
    atomic {
        if
        :: in_job && foreign(A) -> goto undo
        :: !in_job && foreign(A) // he is left his change
        :: !foreign(A) -> rename_file(A, after_file[A])
        :: touches_file(A) && faults < FAULTS -> faults++; goto undo
        fi
    }
    MAY_DIE;
    atomic {
        if
        :: in_job && foreign(B) -> goto undo
        :: !in_job && foreign(B) // he is left his change
        :: !foreign(B) -> rename_file(B, after_file[B])
        :: touches_file(B) && faults < FAULTS -> faults++; goto undo
        fi
    }
    MAY_DIE;
#ifndef LOSERS_SYNCED_LATE
    // What a file loses is on the disk before the commit; for what one only gains the mark answers.
    if :: loses_queues(A) -> sync_files(BIT(A)) :: else fi;
    MAY_DIE;
    if :: loses_queues(B) -> sync_files(BIT(B)) :: else fi;
    MAY_DIE;
#endif
#ifndef COMMIT_BEFORE_FILES
    atomic {
        if
        :: commit()
        :: faults < FAULTS -> faults++; goto undo
        fi
    }
    MAY_DIE;
#endif

sync:
#ifndef MARK_CLEARED_FIRST
    sync_files(mark);
    MAY_DIE;
    mark = 0;
#else
    mark = 0;
    MAY_DIE;
    sync_files(BIT(A) | BIT(B));
#endif
    MAY_DIE;
    goto ready;

    // --- Back to what was found
undo:
    undoing = 1;
    take_lock();
#ifdef UNDO_UNREAD
    if :: in_job :: else -> read_host(); did = STEPS fi;
#else
    read_host();
    did = STEPS;
#endif
    writing = 1;
#ifdef UNDO_FORWARD
    k = 0;
    do
    :: k < did ->
        find_step();
        take_back();
        MAY_DIE;
        k++
    :: else -> break
    od;
#else
    k = did;
    do
    :: k > 0 ->
        k--;
        find_step();
        take_back();
        MAY_DIE
    :: else -> break
    od;
#endif
    read_host();
    atomic {
        writing = 0;
        if
        :: seen_is(found_pool, found_has) -> degraded = 0
        :: else ->
            degraded = 1; // the record stays
#ifdef DEGRADED_FORGOTTEN
            open = 0;
#endif
            goto ready
        fi
    }

undone:
    atomic {
        if
        :: put_back(A, found_file[A])
        :: touches_file(A) && faults < FAULTS -> faults++; excuse = 1; degraded = 1; goto ready
        fi
    }
    MAY_DIE;
    atomic {
        if
        :: put_back(B, found_file[B])
        :: touches_file(B) && faults < FAULTS -> faults++; excuse = 1; degraded = 1; goto ready
        fi
    }
    MAY_DIE;
#ifndef PUT_BACK_NOT_SYNCED
    sync_files(BIT(A) | BIT(B)); // also one that was found put back: a kill may have come before this
    MAY_DIE;
#endif
#ifndef BOOT_NOT_LOOKED_AT
    read_host();
    atomic {
        if
        :: rec_boot != boot && (started_too_large(A) || started_too_large(B)) -> excuse = 1; degraded = 1; goto ready // its guest may run
        :: else
        fi
    }
#endif
    atomic {
        if
        :: close_undone()
        :: faults < FAULTS -> faults++; excuse = 1; degraded = 1; goto ready
        fi
    }
    MAY_DIE;
    goto sync;

    // --- Ends
power_cut:
    atomic {
        boot++;
        keep_or_lose(A); keep_or_lose(B); unsynced = 0;
        alive = 0; writing = 0;
        lock = 0; // it lies on a tmpfs
#ifdef RECORD_NOT_SYNCED
        open = 0;
#endif
        boot_host()
    }
died:
    atomic {
        alive = 0; degraded = 0; writing = 0; undoing = 0; in_job = 0;
        seen_pool = 0; seen_has[A] = 0; seen_has[B] = 0; seen_unbound = 0;
        job = 0; op = NONE; m = 0; q = 0; k = 0; did = 0; failed = 0
    }
    goto start
}

#if FOREIGN > 0
inline act(y) {
    touched = touched | BIT(y);
#ifdef POLITE
    assert(!writing)
#endif
}
#ifdef POLITE
#define may_act (acts < FOREIGN && (!lock || !alive))
#else
#define may_act (acts < FOREIGN)
#endif
byte his_m, his_q;
active proctype other() {
end_other:
    do
    :: atomic {
        may_act ->
        if :: his_m = A :: his_m = B fi;
        if :: his_q = 0 :: his_q = 1 :: his_q = 2 fi;
        if
        :: file[his_m] = THEIRS | BIT(his_q); edited = edited | BIT(his_m); unsynced = unsynced | BIT(his_m)
        :: has[his_m] & BIT(his_q) -> has[his_m] = has[his_m] & ~BIT(his_q); act(his_q)
        :: !((has[A] | has[B]) & BIT(his_q)) && (pool & BIT(his_q)) ->
            has[his_m] = has[his_m] | BIT(his_q); gave[his_m] = gave[his_m] | BIT(his_q); act(his_q)
        :: !((has[A] | has[B]) & BIT(his_q)) -> pool = pool ^ BIT(his_q); act(his_q)
        fi;
        acts++;
        his_m = 0; his_q = 0
    }
    od
}
#endif
