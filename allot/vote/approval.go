// SPDX-License-Identifier: AGPL-3.0-or-later

package vote

// ApprovalBallot names the options that a member approves; none is a blank ballot.
type ApprovalBallot struct {
	Member   string
	Approves []string
}

// Approvals is the number of counted ballots that approve an option.
type Approvals struct {
	Option string `json:"option"`
	Count  int    `json:"count"`
}

// Approval counts approvals: the option with the most is first. Errors are fault.Invalid.
func Approval(m Matter, ballots []ApprovalBallot) (Outcome, error) {
	h, err := open(RuleApproval, m)
	if err != nil {
		return Outcome{}, err
	}
	count := make([]int, h.options.Len())
	for i, b := range ballots {
		counts, err := h.admit(i+1, b.Member)
		if err != nil {
			return Outcome{}, err
		}
		seen := make([]bool, len(count))
		for _, id := range b.Approves {
			c, err := h.option(i+1, id, seen)
			if err != nil {
				return Outcome{}, err
			}
			if counts {
				count[c]++
			}
		}
	}
	o := h.close()
	if !o.Attendance.Met {
		return o, nil
	}
	for c, n := range count {
		o.Approvals = append(o.Approvals, Approvals{h.options.ID(c), n})
	}
	h.rank(&o, func(a, b int) bool { return count[a] > count[b] })
	return o, nil
}
