// SPDX-License-Identifier: AGPL-3.0-or-later

// Command ecot is the whole of Écot in one program: one file here for each subcommand.
//
// It wires the floors by hand and holds no rule of its own.
package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/alecthomas/kong"
)

// program is the command line: one field a subcommand, each defined in the file of its name.
type program struct {
	Init     initCommand     `cmd:"" help:"Found a journal."`
	Serve    serveCommand    `cmd:"" help:"Serve the pages."`
	Doctor   doctorCommand   `cmd:"" help:"Look at the machine: clock, disk, files, keys, mail, address, backups."`
	Demo     demoCommand     `cmd:"" help:"Play a year of an invented fund and serve it."`
	Import   importCommand   `cmd:"" help:"Bring books in from elsewhere."`
	Accounts accountsCommand `cmd:"" help:"Print every account with its balance."`
	Bank     bankCommand     `cmd:"" help:"Print how the books stand against the bank."`
	Cards    cardsCommand    `cmd:"" help:"Print how it goes with the card provider, and what waits for a person."`
	Export   exportCommand   `cmd:"" help:"Write the public bundle."`
	Verify   verifyCommand   `cmd:"" help:"Check a public bundle or a receipt, by itself."`
	Prove    proveCommand    `cmd:"" help:"Print the proof that an entry is in the journal."`
	Invite   inviteCommand   `cmd:"" help:"Make somebody a member, and print a link that lets them in."`
	Members  membersCommand  `cmd:"" help:"List who works for the fund."`
	Letters  lettersCommand  `cmd:"" help:"List the letters that wait or failed, and send them."`
	Erase    eraseCommand    `cmd:"" help:"Destroy what is known of a person."`
	Archive  archiveCommand  `cmd:"" help:"See what the law has kept of those who were erased."`
	Check    checkCommand    `cmd:"" help:"Compare everything stored with a replay of the journal."`
	Rebuild  rebuildCommand  `cmd:"" help:"Write every view again from the journal."`
	Backup   backupCommand   `cmd:"" help:"Write everything into one private file."`
	Restore  restoreCommand  `cmd:"" help:"Fill an empty instance from a backup."`
	Version  versionCommand  `cmd:"" help:"Print the version."`
	Count    countCommand    `cmd:"" help:"Count an election about shared money."`
	Generate generateCommand `cmd:"" help:"Write a synthetic election of any size."`
	Recount  recountCommand  `cmd:"" help:"Check the explanation of a count against the ballots."`
	Compare  compareCommand  `cmd:"" help:"Count an election by all rules, side by side."`
}

// streams are where a subcommand reads and writes.
type streams struct {
	ctx    context.Context
	in     io.Reader
	out    io.Writer
	errOut io.Writer
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	os.Exit(run(streams{ctx, os.Stdin, os.Stdout, os.Stderr}, os.Args[1:]))
}

// run parses args, runs the subcommand that they name and gives the exit status: 0 done,
// 1 refused or failed, 2 the command line itself is wrong or a verdict cannot be given.
func run(s streams, args []string) int {
	var p program
	parser, err := kong.New(&p, kong.Name("ecot"), kong.Writers(s.out, s.errOut),
		kong.Description("Écot: pay one's share, and see where it goes."), kong.Bind(s))
	if err != nil {
		fmt.Fprintln(s.errOut, "ecot:", err)
		return 2
	}
	chosen, err := parser.Parse(args)
	if err != nil {
		fmt.Fprintln(s.errOut, "ecot:", err)
		return 2
	}
	if err := chosen.Run(s); err != nil {
		return report(s.errOut, err)
	}
	return 0
}

// exitStatus is an error that asks for a status of its own, its words being said already.
type exitStatus int

// Error names the status.
func (e exitStatus) Error() string { return fmt.Sprintf("exit status %d", int(e)) }

// report prints err for the person at the terminal and gives the exit status.
func report(w io.Writer, err error) int {
	if status, ok := err.(exitStatus); ok {
		return int(status)
	}
	fmt.Fprintln(w, "ecot:", err)
	return 1
}
