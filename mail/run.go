// SPDX-License-Identifier: AGPL-3.0-or-later

package mail

import (
	"context"
	"time"

	"ecot/fault"
)

// run is one call of Send: the connection that is open, and how often connections broke in a row.
type run struct {
	sender *Sender
	conn   *connection // nil when none is open
	broken int
	closed *Result // what every further letter gets, once the server is not to be asked again
}

// send carries one letter, connecting first when need be.
func (r *run) send(ctx context.Context, letter Envelope) Result {
	data, err := letter.Compose()
	if err != nil {
		return Result{Outcome: Permanent, Reason: fault.PublicOf(err)}
	}
	if r.closed != nil {
		return *r.closed
	}
	if r.conn == nil {
		if err := r.connect(ctx); err != nil {
			result := classify(atServer, err)
			r.closed = &result
			return result
		}
	}
	if err := r.conn.UpdateDeadline(r.sender.settings.Timeout); err != nil {
		return r.failed(atServer, err)
	}
	if step, err := r.conn.deliver(letter, data); err != nil {
		return r.failed(step, err)
	}
	r.broken = 0
	return Result{Outcome: Sent}
}

func (r *run) connect(ctx context.Context) error {
	conn, err := r.sender.open(ctx)
	if err != nil {
		return err
	}
	r.conn = conn
	return nil
}

// failed says what a failure means for the letter, and readies the connection for the next: reset when the
// server refused, dropped when it is gone.
func (r *run) failed(step step, err error) Result {
	result := classify(step, err)
	if result.Code != 0 && result.Code != codeClosing {
		if r.conn.Reset() == nil {
			r.broken = 0
			return result
		}
	}
	r.drop()
	if r.broken++; r.broken >= maxBroken {
		rest := Result{Outcome: Temporary, Reason: "The mail server broke off too often in a row."}
		r.closed = &rest
	}
	return result
}

// drop leaves the connection without a word.
func (r *run) drop() {
	r.conn.stop()
	_ = r.conn.wire.Close() // it is broken already, or the server has closed it
	r.conn = nil
}

// close says goodbye to the server. Every letter has its result by now: a goodbye that fails changes none.
func (r *run) close() {
	if r.conn == nil {
		return
	}
	_ = r.conn.UpdateDeadline(min(r.sender.settings.Timeout, time.Second))
	_ = r.conn.Quit()
	r.drop()
}

// deliver plays one letter's part of the conversation (RFC 5321 §3.3), and names the step that failed.
func (c *connection) deliver(letter Envelope, data []byte) (step, error) {
	if err := c.Mail("<" + string(letter.From.Address) + ">"); err != nil {
		return atSender, err
	}
	if err := c.Rcpt("<" + string(letter.To) + ">"); err != nil {
		return atRecipient, err
	}
	body, err := c.Data()
	if err != nil {
		return atData, err
	}
	if _, err := body.Write(data); err != nil {
		return atData, err
	}
	if err := body.Close(); err != nil {
		return atAnswer, err
	}
	return atAnswer, nil
}
