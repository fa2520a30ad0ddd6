// SPDX-License-Identifier: AGPL-3.0-or-later

//go:build !linux

package doctor

import "errors"

// synchronised is not known here.
func synchronised() bool { return false }

// freeBytes is not known here.
func freeBytes(string) (int64, error) { return 0, errors.New("this system is not asked") }
