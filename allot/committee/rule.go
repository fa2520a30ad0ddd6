// SPDX-License-Identifier: AGPL-3.0-or-later

package committee

import (
	"maps"
	"math/big"
	"slices"
)

// Rule names a way of electing a committee; the package doc defines each.
type Rule string

// The rules.
const (
	AV                   Rule = "av"
	SAV                  Rule = "sav"
	PAV                  Rule = "pav"
	SLAV                 Rule = "slav"
	CC                   Rule = "cc"
	LexCC                Rule = "lexcc"
	Geom2                Rule = "geom2"
	Adams                Rule = "adams"
	SeqPAV               Rule = "seqpav"
	SeqSLAV              Rule = "seqslav"
	SeqCC                Rule = "seqcc"
	RevSeqPAV            Rule = "revseqpav"
	SeqPhragmen          Rule = "seqphragmen"
	MinimaxPhragmen      Rule = "minimaxphragmen"
	LeximaxPhragmen      Rule = "leximaxphragmen"
	MaximinSupport       Rule = "maximin-support"
	Monroe               Rule = "monroe"
	MinimaxAV            Rule = "minimaxav"
	LexMinimaxAV         Rule = "lexminimaxav"
	EqualShares          Rule = "equal-shares"
	EqualSharesBare      Rule = "equal-shares-without-completion"
	EqualSharesAV        Rule = "equal-shares-with-av-completion"
	EqualSharesIncrement Rule = "equal-shares-with-increment-completion"
	Enestroem            Rule = "phragmen-enestroem"
	Consensus            Rule = "consensus-rule"
	EPH                  Rule = "eph"
)

// Rules lists every rule in string order.
func Rules() []Rule { return slices.Sorted(maps.Keys(methods())) }

// method is one way of finding committees.
type method interface {
	// elect gives one committee and fills r's rounds, or its score and ties.
	elect(p *profile, r *Result) (set, error)
	// all gives every committee that some tie-breaking leads to, in no order.
	all(p *profile) ([]set, error)
}

// methods binds names to methods: the one list of rules.
func methods() map[Rule]method {
	return map[Rule]method{
		AV:                   rounds(startApproval),
		SAV:                  rounds(startSatisfaction),
		PAV:                  optimum{score: thieleScore(harmonic)},
		SLAV:                 optimum{score: thieleScore(odd)},
		CC:                   optimum{score: thieleScore(once)},
		Geom2:                optimum{score: thieleScore(halving)},
		Adams:                optimum{score: adamsScore},
		LexCC:                optimum{score: represented},
		MinimaxAV:            optimum{score: farthest},
		LexMinimaxAV:         optimum{score: distances},
		Monroe:               optimum{score: monroeScore, table: true},
		MinimaxPhragmen:      optimum{score: largestLoad, table: true},
		LeximaxPhragmen:      optimum{score: allLoads, table: true},
		MaximinSupport:       rounds(startSupport),
		SeqPAV:               rounds(startThiele(harmonic)),
		SeqSLAV:              rounds(startThiele(odd)),
		SeqCC:                rounds(startThiele(once)),
		RevSeqPAV:            rounds(startReverse(harmonic)),
		SeqPhragmen:          rounds(startPhragmen),
		Enestroem:            rounds(startEnestroem),
		Consensus:            rounds(startConsensus),
		EqualShares:          rounds(startShares(completeByPhragmen)),
		EqualSharesAV:        rounds(startShares(completeByApproval)),
		EqualSharesBare:      rounds(startShares(completeNot)),
		EqualSharesIncrement: increment{},
		EPH:                  hugo{},
	}
}

// The sequences of Thiele rules: what a ballot gives for its j-th approved member, j from 1.
func harmonic(j int) *big.Rat { return big.NewRat(1, int64(j)) }
func odd(j int) *big.Rat      { return big.NewRat(1, int64(2*j-1)) }
func halving(j int) *big.Rat {
	return new(big.Rat).SetFrac(big.NewInt(1), new(big.Int).Lsh(big.NewInt(1), uint(j-1)))
}
func once(j int) *big.Rat {
	if j == 1 {
		return big.NewRat(1, 1)
	}
	return new(big.Rat)
}
