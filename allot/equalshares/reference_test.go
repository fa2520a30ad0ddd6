// SPDX-License-Identifier: AGPL-3.0-or-later

package equalshares

import (
	"bufio"
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"

	"ecot/allot/allottest"
	"ecot/allot/election"
)

// The winners of real elections in order, as an exact rational count gives them.
func TestRealElections(t *testing.T) {
	f, err := os.Open(allottest.Data(t, "pabulib", "expected.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	lines, checked := bufio.NewScanner(f), 0
	for lines.Scan() {
		var want struct {
			File    string   `json:"file"`
			Utility Utility  `json:"utility"`
			Winners []string `json:"winners_in_order"`
		}
		if err := json.Unmarshal(lines.Bytes(), &want); err != nil {
			t.Fatal(err)
		}
		e := allottest.Real(t, want.File)
		got := must(t, e, Options{Utility: want.Utility, Completion: None, Ties: election.StringOrder})
		if ids := e.IDs(got.Winners); !slices.Equal(ids, want.Winners) {
			t.Errorf("%s by %s: got %v, want %v", want.File, want.Utility, ids, want.Winners)
		}
		checked++
	}
	if err := lines.Err(); err != nil || checked < 200 {
		t.Fatalf("%d elections checked, %v", checked, err)
	}
}

// What was measured with pabutools, the tool of equalshares.net, and in the real votes.
func TestReferenceValues(t *testing.T) {
	for _, c := range []struct {
		file       string
		utility    Utility
		completion Completion
		winners    string // empty: only their number is known
		number     int
		spent      int64
	}{
		{"Poland_Swiecie_2023.pb", ByCost, Add1e, "c12,c10,c20,c21,c2,c13,c3,c1,c9,c11,c4,c7,c19,c5,c17,c18,c14",
			17, 1_040_337},
		{"Poland_Swiecie_2023.pb", ByCost, Add1, "", 17, 1_040_337},
		{"Poland_Swiecie_2023.pb", ByCost, None, "c12,c10,c20,c2,c3,c9,c1,c13,c11,c7,c4,c19,c18", 13, 647_787},
		{"Poland_Swiecie_2023.pb", ByNumber, Add1, "", 18, 979_337},
		{"Netherlands_Assen_2024.pb", ByCost, Add1, "3,9,11,2,13,14,5,6,12", 9, 76_700},
		{"Netherlands_Assen_2024.pb", ByCost, Add1e, "3,9,11,2,13,14,5,6,12", 9, 76_700},
		{"Netherlands_Assen_2024.pb", ByNumber, Add1, "", 10, 88_700},
		{"Poland_Lodz_2022.pb", ByCost, None, "", 29, 2_987_680},
		{"Poland_Lodz_2022.pb", ByNumber, None, "", 32, 2_522_380},
		{"Poland_Lodz_2022.pb", ByCost, Add1e, "", 44, 5_985_880},
	} {
		e := allottest.Real(t, c.file)
		got := must(t, e, Options{Utility: c.utility, Completion: c.completion, Ties: election.StringOrder})
		ids := strings.Join(e.IDs(got.Winners), ",")
		if len(got.Winners) != c.number || got.Spent != c.spent || c.winners != "" && ids != c.winners {
			t.Errorf("%s by %s, %s: %s spent %d", c.file, c.utility, c.completion, ids, got.Spent)
		}
	}
}

// Świecie made 244 runs with add1 and 227 with add1e, Assen 845.
func TestReferenceRaises(t *testing.T) {
	for _, c := range []struct {
		file       string
		completion Completion
		raises     int
	}{
		{"Poland_Swiecie_2023.pb", Add1, 242}, {"Poland_Swiecie_2023.pb", Add1e, 226},
		{"Netherlands_Assen_2024.pb", Add1, 843},
	} {
		got := must(t, allottest.Real(t, c.file), Options{Utility: ByCost, Completion: c.completion,
			Ties: election.StringOrder})
		if got.Raises != c.raises {
			t.Errorf("%s %s: %d raises, want %d", c.file, c.completion, got.Raises, c.raises)
		}
	}
}
