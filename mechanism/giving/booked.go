// SPDX-License-Identifier: AGPL-3.0-or-later

package giving

import "ecot/journal"

// Booked gives the day on which it happened.
func (f *FeeCharged) Booked() journal.Day { return f.On }

// Booked gives the day on which it happened.
func (f *Moved) Booked() journal.Day { return f.On }

// Booked gives the day on which it happened.
func (f *Transferred) Booked() journal.Day { return f.On }

// Booked gives the day on which it happened.
func (f *Spent) Booked() journal.Day { return f.On }

// Booked gives the day on which it happened.
func (f *Refunded) Booked() journal.Day { return f.On }

// Booked gives the day on which it happened.
func (f *Reversed) Booked() journal.Day { return f.On }

// Booked gives the day on which it happened.
func (f *Claimed) Booked() journal.Day { return f.On }

// Booked gives the day on which it happened.
func (f *Approved) Booked() journal.Day { return f.On }

// Booked gives the day on which it happened.
func (f *Paid) Booked() journal.Day { return f.On }

// Booked gives the day on which it happened.
func (f *Returned) Booked() journal.Day { return f.On }

// Booked gives the day on which it happened.
func (f *Withdrawn) Booked() journal.Day { return f.On }
