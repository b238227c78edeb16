// SPDX-License-Identifier: LGPL-2.1-or-later
// The parts of a job: plans, reading, records, undoing.

// --- The plans --------------------------------------------------------------------------------------------------------------
#define MOVE 1
#define GROW 2
#define SWAP 3
#define SHRINK 4
inline step(o, x, y) { op = o; m = x; q = y }
/// Step `k` of `job`; NONE behind the last.
inline find_step() { d_step { look_up_step() } }
inline look_up_step() {
    step(NONE, 0, 0);
    if
    :: job == MOVE && k == 0 -> step(UNASSIGN, A, 0)
    :: job == MOVE && k == 1 -> step(ASSIGN, B, 0)
    :: job == GROW && k == 0 -> step(FREE, A, 2)
    :: job == GROW && k == 1 -> step(ASSIGN, A, 2)
    :: job == SWAP && k == 0 -> step(UNASSIGN, A, 0)
    :: job == SWAP && k == 1 -> step(UNASSIGN, B, 1)
    :: job == SWAP && k == 2 -> step(ASSIGN, A, 1)
    :: job == SWAP && k == 3 -> step(ASSIGN, B, 0)
    :: job == SHRINK && k == 0 -> step(UNASSIGN, A, 0)
    :: job == SHRINK && k == 1 -> step(GIVE_BACK, A, 0)
    :: else
    fi
}
#define STEPS 4
/// The same steps on paper: what `after` is.
inline predict() {
    d_step {
        k = 0;
        do
        :: k < STEPS ->
            look_up_step();
            if
            :: op == UNASSIGN -> after_has[m] = after_has[m] & ~BIT(q); after_file[m] = after_file[m] & ~BIT(q)
            :: op == ASSIGN -> after_has[m] = after_has[m] | BIT(q); after_file[m] = after_file[m] | BIT(q)
            :: op == FREE -> after_pool = after_pool | BIT(q)
            :: op == GIVE_BACK -> after_pool = after_pool & ~BIT(q)
            :: else
            fi;
            k++
        :: else -> break
        od;
        k = 0; op = NONE; m = 0; q = 0
    }
}
/// Does the owner that was read allow the plan? Whatever it takes must be where it takes it from.
#define owned_as_planned (seen_unbound == 0 && ( \
    (job == MOVE && (seen_has[A] & 1) && !(seen_has[B] & 1)) || \
    (job == GROW && !(seen_pool & 4) && !(seen_has[A] & 4)) || \
    (job == SWAP && (seen_has[A] & 3) == 1 && (seen_has[B] & 3) == 2) || \
    (job == SHRINK && (seen_has[A] & 1) && (seen_pool & 1))))
#define files_as_defined (file[A] == defined[A] && file[B] == defined[B])

// --- Reading ----------------------------------------------------------------------------------------------------------------
inline read_host() {
    d_step { seen_pool = pool; seen_has[A] = has[A]; seen_has[B] = has[B]; seen_unbound = unbound }
}
/// The ports read back what a step wrote: not who else has the queue by now.
inline read_back(o, x, y) {
    d_step {
        if
        :: o == UNASSIGN || o == ASSIGN -> seen_has[x] = (seen_has[x] & ~BIT(y)) | (has[x] & BIT(y))
        :: o == FREE || o == GIVE_BACK -> seen_pool = (seen_pool & ~BIT(y)) | (pool & BIT(y))
        fi
    }
}
#define seen_is(p, h) (seen_unbound == 0 && seen_pool == p && seen_has[A] == h[A] && seen_has[B] == h[B])
#define seen_before seen_is(found_pool, found_has)
#define verified seen_is(after_pool, after_has)
/// Has the step had its effect, as far as was read?
#define has_effect ( \
    (op == UNASSIGN && !(seen_has[m] & BIT(q))) || (op == ASSIGN && (seen_has[m] & BIT(q))) || \
    (op == FREE && (seen_pool & BIT(q))) || (op == GIVE_BACK && !(seen_pool & BIT(q))))

// --- Records ----------------------------------------------------------------------------------------------------------------
inline write_record() {
    d_step {
        open = 1; rec_job = job; rec_boot = boot;
        found_pool = before_pool; found_has[A] = before_has[A]; found_has[B] = before_has[B];
#ifdef OWNER_ASSUMED
        found_pool = 3; found_has[A] = 1; found_has[B] = 2; // as it is on most days
#endif
        found_file[A] = before_file[A]; found_file[B] = before_file[B]
    }
}
/// One transaction: definitions, history, the mark, and no open record any more.
inline commit() {
    d_step {
        defined[A] = after_file[A]; defined[B] = after_file[B];
        mark = (touches_file(A) -> BIT(A) : 0) | (touches_file(B) -> BIT(B) : 0);
        mark_boot = boot;
        open = 0;
        committed = 1;
        told = (in_job -> DONE : told)
    }
}
inline close_undone() {
    d_step {
        open = 0;
        told = (in_job -> REFUSED : told)
    }
}

// --- Lock, undo, ends --------------------------------------------------------------------------------------------------------
/// Waits for a living neighbour; the lock of a dead process, of our own former life too, is taken over.
inline take_lock() { lock = 1 }
inline step_back(o, x, y) { do_step(o, x, y); read_back(o, x, y) }
/// Undoes step `k` where it had an effect.
inline take_back() {
    if
#ifndef UNDO_UNREAD
    :: !has_effect
#endif
    :: else ->
        if
        :: op == UNASSIGN -> step_back(ASSIGN, m, q)
        :: op == ASSIGN -> step_back(UNASSIGN, m, q)
        :: op == FREE -> step_back(GIVE_BACK, m, q)
        :: op == GIVE_BACK -> step_back(FREE, m, q)
        :: op == NONE
        fi
    fi
}
#define LOST (mark_boot != boot)
#define MAY_DIE \
    if \
    :: skip \
    :: atomic { kills < KILLS -> kills++; goto died } \
    :: atomic { cuts < CUTS -> cuts++; goto power_cut } \
    fi
