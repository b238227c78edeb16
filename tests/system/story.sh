# SPDX-License-Identifier: LGPL-2.1-or-later
# What a scenario is written in: the words to tell and check it, on whatever host it plays. Sourced with bash by the scenarios.
. "$(dirname "${BASH_SOURCE[0]}")/host.sh"
. "$(dirname "${BASH_SOURCE[0]}")/words.sh"
