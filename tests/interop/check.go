// Check checkpoints and proofs of a seal log with golang.org/x/mod/sumdb, which nobody here wrote.
//
// It reads one JSON document from standard input and prints "ok", or says what does not hold and
// ends with status 1.
package main

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

type inclusion struct {
	Leaf  string   // what is hashed into the leaf, hex
	Index int64    // place in the tree
	Size  int64    // of the tree
	Root  string   // hex
	Proof []string // hex, from the leaf up
}

type consistency struct {
	Older, Newer string   // signed checkpoints
	Proof        []string // hex
}

type input struct {
	Key         string // verifier key of the log
	Origin      string
	Checkpoint  string // signed
	Inclusions  []inclusion
	Consistency []consistency
}

func fail(format string, words ...any) {
	fmt.Printf(format+"\n", words...)
	os.Exit(1)
}

func hashOf(text string) tlog.Hash {
	raw, err := hex.DecodeString(text)
	if err != nil || len(raw) != tlog.HashSize {
		fail("not a hash: %q", text)
	}
	var hash tlog.Hash
	copy(hash[:], raw)
	return hash
}

func hashes(texts []string) []tlog.Hash {
	found := []tlog.Hash{}
	for _, text := range texts {
		found = append(found, hashOf(text))
	}
	return found
}

// open checks the signature of a checkpoint and reads its size and root.
func open(raw, origin string, verifier note.Verifier) (int64, tlog.Hash) {
	opened, err := note.Open([]byte(raw), note.VerifierList(verifier))
	if err != nil {
		fail("note: %v", err)
	}
	lines := strings.Split(opened.Text, "\n")
	if len(lines) < 4 || lines[0] != origin {
		fail("checkpoint: %q", opened.Text)
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil {
		fail("size: %v", err)
	}
	root, err := tlog.ParseHash(lines[2])
	if err != nil {
		fail("root: %v", err)
	}
	return size, root
}

func main() {
	var told input
	if err := json.NewDecoder(os.Stdin).Decode(&told); err != nil {
		fail("input: %v", err)
	}
	verifier, err := note.NewVerifier(told.Key)
	if err != nil {
		fail("key: %v", err)
	}
	size, root := open(told.Checkpoint, told.Origin, verifier)
	fmt.Printf("checkpoint %d %s\n", size, hex.EncodeToString(root[:]))
	for _, each := range told.Inclusions {
		leaf, err := hex.DecodeString(each.Leaf)
		if err != nil {
			fail("leaf: %v", err)
		}
		proof := tlog.RecordProof(hashes(each.Proof))
		err = tlog.CheckRecord(proof, each.Size, hashOf(each.Root), each.Index, tlog.RecordHash(leaf))
		if err != nil {
			fail("inclusion of %d: %v", each.Index, err)
		}
	}
	for _, each := range told.Consistency {
		older, before := open(each.Older, told.Origin, verifier)
		newer, after := open(each.Newer, told.Origin, verifier)
		err := tlog.CheckTree(tlog.TreeProof(hashes(each.Proof)), newer, after, older, before)
		if err != nil {
			fail("consistency of %d and %d: %v", older, newer, err)
		}
	}
	fmt.Println("ok")
}
