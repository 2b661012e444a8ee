// Check checkpoints and proofs of a seal log with golang.org/x/mod/sumdb, which nobody here wrote.
//
// It reads one JSON document from standard input and prints "ok", or says what does not hold and
// ends with status 1.
package main

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
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
	Checkpoint  string   // signed
	Witnesses   []string // verifier keys of those who cosigned it
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

// witness checks cosignatures (C2SP tlog-cosignature, cosignature/v1 under Ed25519).
type witness struct {
	name   string
	hash   uint32
	public ed25519.PublicKey
}

func (w witness) Name() string    { return w.name }
func (w witness) KeyHash() uint32 { return w.hash }

func (w witness) Verify(text, signature []byte) bool {
	if len(signature) != 8+ed25519.SignatureSize {
		return false
	}
	at := binary.BigEndian.Uint64(signature)
	message := fmt.Sprintf("cosignature/v1\ntime %d\n%s", at, text)
	return ed25519.Verify(w.public, []byte(message), signature[8:])
}

// witnessOf reads the verifier key of a witness.
func witnessOf(key string) witness {
	parts := strings.SplitN(key, "+", 3)
	if len(parts) != 3 {
		fail("witness: %q", key)
	}
	raw, err := base64.StdEncoding.DecodeString(parts[2])
	if err != nil || len(raw) != 1+ed25519.PublicKeySize || raw[0] != 4 {
		fail("witness: %q", key)
	}
	sum := sha256.Sum256(append([]byte(parts[0]+"\n"), raw...))
	if hex.EncodeToString(sum[:4]) != parts[1] {
		fail("witness: the id of %q", key)
	}
	return witness{parts[0], binary.BigEndian.Uint32(sum[:4]), raw[1:]}
}

// cosigned checks that the log and every witness have signed a checkpoint.
func cosigned(raw string, verifier note.Verifier, keys []string) {
	verifiers := []note.Verifier{verifier}
	for _, key := range keys {
		verifiers = append(verifiers, witnessOf(key))
	}
	opened, err := note.Open([]byte(raw), note.VerifierList(verifiers...))
	if err != nil {
		fail("note: %v", err)
	}
	if len(opened.Sigs) != len(verifiers) {
		fail("cosigned by %d of %d", len(opened.Sigs)-1, len(keys))
	}
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
	cosigned(told.Checkpoint, verifier, told.Witnesses)
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
