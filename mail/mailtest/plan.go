// SPDX-License-Identifier: AGPL-3.0-or-later

package mailtest

// Step is a place in the conversation at which the server can be told to misbehave.
type Step string

// The steps, in the order in which a letter meets them.
const (
	AtConnect   Step = "connect" // the greeting
	AtHello     Step = "hello"   // EHLO, HELO
	AtSTARTTLS  Step = "starttls"
	AtAuth      Step = "auth"
	AtSender    Step = "sender"    // MAIL FROM
	AtRecipient Step = "recipient" // RCPT TO
	AtData      Step = "data"      // DATA, before the letter
	AtEnd       Step = "end"       // the letter's last line has arrived
	AtReset     Step = "reset"     // RSET
)

// Always makes a plan hold until Forget.
const Always = -1

// plan is one misbehaviour: an answer, or a cut when the code is 0.
type plan struct {
	step    Step
	address string // the recipient whom it is about; empty for any
	code    int
	text    string
	times   int // how often it still holds, Always for ever
}

// Answer makes the server answer code and text at a step, the next so many times (or Always) that it is
// reached. A letter that meets such an answer at AtEnd is not kept, unless the code is below 400. After an
// answer 421, and after a code of 400 or more at AtConnect, the server closes the connection.
func (s *Server) Answer(step Step, code int, text string, times int) {
	s.add(plan{step: step, code: code, text: text, times: times})
}

// AnswerTo is Answer at AtRecipient, for one recipient alone.
func (s *Server) AnswerTo(address string, code int, text string, times int) {
	s.add(plan{step: AtRecipient, address: address, code: code, text: text, times: times})
}

// Cut makes the server close the connection without a word at a step. At AtEnd the letter has arrived and is
// kept: the client cannot know.
func (s *Server) Cut(step Step, times int) { s.add(plan{step: step, times: times}) }

// Forget drops all plans: the server behaves again.
func (s *Server) Forget() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.plans = nil
}

func (s *Server) add(p plan) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.plans = append(s.plans, p)
}

// planned gives the plan for a step that is reached, and uses it up; false when the server behaves.
func (s *Server) planned(step Step, address string) (plan, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i := range s.plans {
		p := &s.plans[i]
		if p.step != step || p.times == 0 || p.address != "" && p.address != address {
			continue
		}
		if p.times > 0 {
			p.times--
		}
		return *p, true
	}
	return plan{}, false
}
