// SPDX-License-Identifier: AGPL-3.0-or-later

package api

// The shapes of the answers. The tags doc and enum go into the OpenAPI document.

// amount is money, or hours, or things.
type amount struct {
	Unit  string `json:"unit" doc:"The unit: an ISO 4217 code, or one that the fund defines."`
	Minor int64  `json:"minor" doc:"So many minor units, such as cents."`
}

// part is what of a figure one class of evidence stands behind.
type part struct {
	Class string `json:"class" enum:"proved,attested,declared,unsorted" doc:"What stands behind it: a bank or provider line, a third party's signature, the operator's word alone, or several of them."`
	Minor int64  `json:"minor"`
}

// figure is a sum of entries.
type figure struct {
	Amount   amount `json:"amount"`
	Evidence []part `json:"evidence" doc:"What stands behind its parts; they sum to the amount."`
	Entries  string `json:"entries" doc:"The address of the entries that it sums." format:"uri-reference"`
}

// people counts who gave, each once.
type people struct {
	Count    int64  `json:"count"`
	Evidence string `json:"evidence" enum:"declared" doc:"Only the operator can count people."`
}

// head is the journal as it was published.
type head struct {
	Size int64  `json:"size" doc:"How many entries it has."`
	Root string `json:"root" doc:"The root of its tree, base64."`
}

type balance struct {
	Holds   figure `json:"holds"`
	In      figure `json:"in"`
	Out     figure `json:"out" doc:"What went out, as a positive sum."`
	Entries int64  `json:"entries" doc:"How many entries in and out sum."`
}

type potLine struct {
	Slug     string    `json:"slug"`
	Name     string    `json:"name"`
	Balances []balance `json:"balances" doc:"One a unit."`
}

type holding struct {
	Account  string    `json:"account"`
	Name     string    `json:"name,omitempty"`
	Balances []balance `json:"balances" doc:"One a unit."`
}

type month struct {
	Month   string  `json:"month" doc:"Such as 2026-01."`
	People  *people `json:"people,omitempty" doc:"Absent where they are not counted."`
	Holds   figure  `json:"holds" doc:"At the end of the month."`
	In      figure  `json:"in"`
	Out     figure  `json:"out"`
	Entries int64   `json:"entries"`
}

type fund struct {
	Name     string    `json:"name"`
	Since    string    `json:"since,omitempty" doc:"The day of the first entry that moved money." format:"date"`
	Gifts    int64     `json:"gifts" doc:"How many gifts came in since then."`
	Balances []balance `json:"balances" doc:"Of all assets, one a unit, the main unit first."`
	Assets   []holding `json:"assets" doc:"Where the money is."`
	Pots     []potLine `json:"pots" doc:"What it is for."`
	Owed     []holding `json:"owed" doc:"What is owed."`
	Months   []month   `json:"months" doc:"The last twelve, the oldest first; of several units, one after the other."`
	Journal  head      `json:"journal"`
}

type monthList struct {
	Months []month `json:"months"`
}

type potList struct {
	Pots []potLine `json:"pots"`
}

type pot struct {
	potLine
	Purpose string  `json:"purpose,omitempty"`
	Months  []month `json:"months" doc:"All, the newest first; of several units, one after the other."`
}

type move struct {
	Account string `json:"account"`
	Pot     string `json:"pot,omitempty"`
	Name    string `json:"name,omitempty"`
	Amount  amount `json:"amount"`
	After   amount `json:"after" doc:"The account's balance after it."`
}

type entry struct {
	Index    int64  `json:"index"`
	Address  string `json:"address" format:"uri-reference"`
	At       string `json:"at" doc:"As in the leaf: a day or an instant."`
	On       string `json:"on" doc:"The day that it counts for." format:"date"`
	Kind     string `json:"kind" doc:"Such as gift."`
	Evidence string `json:"evidence,omitempty" doc:"Absent for an entry that moves no money." enum:"proved,attested,declared"`
	Reversed bool   `json:"reversed" doc:"Whether a later entry reverses it."`
	Moves    []move `json:"moves" doc:"What it did to the accounts asked for; positive when money comes in."`
}

type entryList struct {
	Entries []entry `json:"entries"`
	Next    string  `json:"next,omitempty" doc:"The address of the older ones; absent when there are none." format:"uri-reference"`
}

type reference struct {
	Role    string `json:"role" doc:"The leaf's key, such as of; or reversed-by, refunded-by, placed-by."`
	Index   int64  `json:"index"`
	Address string `json:"address" format:"uri-reference"`
}

type entryWhole struct {
	entry
	Leaf       string      `json:"leaf" doc:"Its exact bytes."`
	LeafHash   string      `json:"leaf_hash" doc:"base64"`
	Postings   []move      `json:"postings" doc:"Every line of the double entry, with the leaf's own sign."`
	References []reference `json:"references"`
	Proof      []string    `json:"proof" doc:"Hashes from the leaf to the root, base64; empty while it is not published yet."`
	Journal    head        `json:"journal" doc:"The tree that the proof leads to."`
	Checkpoint string      `json:"checkpoint,omitempty" doc:"That tree, signed (C2SP tlog-checkpoint)."`
}

type checkpoint struct {
	Origin  string `json:"origin"`
	Journal head   `json:"journal"`
	Note    string `json:"note" doc:"Signed (C2SP tlog-checkpoint)."`
}

type projectLine struct {
	Slug     string `json:"slug"`
	Title    string `json:"title"`
	Summary  string `json:"summary"`
	Lang     string `json:"lang" doc:"Of its words."`
	Site     string `json:"site,omitempty"`
	Status   string `json:"status"`
	Outside  bool   `json:"outside" doc:"Outside the legal body: it cannot collect here."`
	Earmarks bool   `json:"earmarks" doc:"Gifts may be tied to one of its needs."`
	Page     string `json:"page" format:"uri-reference"`
	Pot      string `json:"pot,omitempty" doc:"Absent for one outside." format:"uri-reference"`
}

type projectList struct {
	Projects []projectLine `json:"projects"`
}

type need struct {
	Need   string  `json:"need"`
	Title  string  `json:"title"`
	Detail string  `json:"detail,omitempty"`
	Asked  *amount `json:"asked,omitempty" doc:"What it costs a month, as its people say; no money that moved."`
}

type update struct {
	At    string `json:"at" format:"date-time"`
	Title string `json:"title"`
	Body  string `json:"body" doc:"Plain text."`
}

type project struct {
	projectLine
	Body    string   `json:"body" doc:"Plain text, paragraphs apart by an empty line."`
	Reason  string   `json:"reason,omitempty" doc:"Why it was closed."`
	Appeal  string   `json:"appeal" format:"uri-reference"`
	Needs   []need   `json:"needs"`
	Updates []update `json:"updates" doc:"The newest first."`
}

type fill struct {
	Need   string `json:"need"`
	Amount amount `json:"amount" doc:"What is needed."`
	Filled amount `json:"filled" doc:"What of it is there."`
}

type gauge struct {
	Month   string `json:"month"`
	People  people `json:"people"`
	Given   figure `json:"given"`
	Need    amount `json:"need" doc:"What is needed; this and what follows is reckoned, no money that moved."`
	Carried amount `json:"carried" doc:"Surplus of the month before."`
	Level   amount `json:"level" doc:"Given and carried."`
	Missing amount `json:"missing"`
	Reached bool   `json:"reached"`
	Onward  amount `json:"onward" doc:"Surplus that carries into the next month."`
	Reserve amount `json:"reserve" doc:"Surplus that joins the reserve."`
	Needs   []fill `json:"needs" doc:"In the order in which they are met."`
}

type appealState struct {
	Month       string  `json:"month" doc:"The current one."`
	Open        bool    `json:"open" doc:"Whether there is an appeal this month."`
	Carry       string  `json:"carry,omitempty" doc:"What becomes of a surplus." enum:"none,year,months"`
	CarryMonths int64   `json:"carry_months,omitempty" doc:"For months: up to so many months' need."`
	Months      []gauge `json:"months" doc:"The last twelve with an appeal, this one with them, the oldest first."`
}

type issue struct {
	Month    string `json:"month"`
	Version  int64  `json:"version"`
	People   people `json:"people"`
	Gifts    int64  `json:"gifts"`
	Total    figure `json:"total" doc:"Gifts less what had gone back when it was frozen."`
	SHA256   string `json:"sha256" doc:"Of the document, hexadecimal."`
	Size     int64  `json:"size" doc:"Of the journal that it was made from."`
	Frozen   string `json:"frozen" format:"date-time"`
	Page     string `json:"page" format:"uri-reference"`
	Document string `json:"document" format:"uri-reference"`
}

type newsList struct {
	News []issue `json:"news"`
}

type giver struct {
	Index        int64   `json:"index"`
	Name         string  `json:"name"`
	Organisation bool    `json:"organisation"`
	Nth          int64   `json:"nth,omitempty" doc:"The giver's so many-th gift; absent when that is not known."`
	Amount       *figure `json:"amount,omitempty" doc:"Absent when the giver does not show it."`
	Class        int64   `json:"class,omitempty" doc:"Of the amount, 1 for the smallest."`
	Words        string  `json:"words,omitempty"`
	Link         string  `json:"link,omitempty" doc:"The giver's own, with http or https." format:"uri"`
	Given        string  `json:"given" format:"date"`
	Entry        string  `json:"entry" format:"uri-reference"`
}

type wallPage struct {
	Gifts   int64   `json:"gifts" doc:"All that stand, shown or not."`
	Named   int64   `json:"named" doc:"Those that the wall shows."`
	Total   figure  `json:"total" doc:"What all gifts come to that stand, shown or not."`
	Entries []giver `json:"entries"`
	Next    string  `json:"next,omitempty" format:"uri-reference"`
}

type bankLines struct {
	Lines int64  `json:"lines"`
	In    amount `json:"in"`
	Out   amount `json:"out" doc:"Zero or below."`
}

type gap struct {
	After   string `json:"after" doc:"The last day of the statement before." format:"date"`
	Until   string `json:"until" doc:"The first day of the one that does not follow." format:"date"`
	Missing amount `json:"missing" doc:"What no line explains."`
	Numbers int64  `json:"numbers" doc:"Statements missing by their numbers."`
}

type bankAccount struct {
	Account    string    `json:"account"`
	Name       string    `json:"name,omitempty"`
	AsOf       string    `json:"as_of,omitempty" doc:"The last day whose balance the bank stated." format:"date"`
	Bank       *amount   `json:"bank,omitempty" doc:"What it held at that day's end, by the statement that the operator supplied."`
	Books      figure    `json:"books" doc:"By the journal, booked up to that day."`
	Difference *amount   `json:"difference,omitempty" doc:"What the bank says beyond the books."`
	Waiting    bankLines `json:"waiting" doc:"Lines that are not booked yet."`
	Ignored    bankLines `json:"ignored" doc:"Lines that will not be."`
	Statements int64     `json:"statements"`
	Gaps       []gap     `json:"gaps"`
}

type bankState struct {
	Accounts     []bankAccount `json:"accounts"`
	Unattributed figure        `json:"unattributed" doc:"What arrived without a sign of its purpose."`
	Closed       string        `json:"closed,omitempty" doc:"The last month that is closed."`
	Proves       string        `json:"proves" doc:"What this comparison proves, and what it does not."`
	Page         string        `json:"page" format:"uri-reference"`
}
