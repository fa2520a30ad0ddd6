// SPDX-License-Identifier: AGPL-3.0-or-later

package main

// The time zones come with the program: a bare machine may have none, and a journal needs its own.
import _ "time/tzdata"
