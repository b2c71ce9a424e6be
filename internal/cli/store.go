package cli

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/ircontain/ircontain/internal/incident"
	"github.com/ircontain/ircontain/internal/journal"
)

func (a *App) incidentsDir() string { return filepath.Join(a.cfg.StateDir, "incidents") }

// newIncident makes an id that is not taken, and the incident's journal. The
// words carry no meaning on purpose: an incident's name is said aloud.
func (a *App) newIncident(now time.Time, random io.Reader, clock func() time.Time) (incident.ID, string, *journal.Writer, error) {
	nonce := make([]byte, 16)
	if _, err := io.ReadFull(random, nonce); err != nil {
		return "", "", nil, fmt.Errorf("make incident nonce: %w", err)
	}
	if err := os.MkdirAll(a.incidentsDir(), 0o700); err != nil {
		return "", "", nil, storeProblem(a.cfg.StateDir, err)
	}
	for try := 0; try < 64; try++ {
		id := incidentID(now, nonce, try)
		dir := filepath.Join(a.incidentsDir(), string(id))
		if _, err := os.Stat(dir); err == nil {
			continue
		}
		w, err := journal.Create(dir, journal.Options{Incident: string(id), Clock: clock, Rand: random})
		if err != nil {
			return "", "", nil, storeProblem(a.cfg.StateDir, err)
		}
		return id, hex.EncodeToString(nonce), w, nil
	}
	return "", "", nil, errors.New("no free incident name for today")
}

func storeProblem(dir string, err error) error {
	return &incident.Problem{Class: incident.ClassError, Text: "cannot write the state directory " + dir, Err: err,
		Hint: "make it writable for you, or name another with --state-dir; nothing was changed"}
}

func incidentID(now time.Time, nonce []byte, try int) incident.ID {
	a, b := colours(), birds()
	return incident.ID(fmt.Sprintf("%s-%s-%s", now.UTC().Format("20060102"), a[(int(nonce[0])+try)%len(a)], b[(int(nonce[1])+try/4)%len(b)]))
}

func colours() []string {
	return strings.Fields("amber ashen azure bronze copper coral crimson dusky ebony golden green hazel indigo ivory jade lilac olive onyx pearl plum rose ruby russet sable scarlet silver slate tawny teal umber violet white")
}

func birds() []string {
	return strings.Fields("avocet bittern bunting condor crane curlew dipper dunlin egret falcon finch gannet godwit grebe heron hobby ibis jackdaw kestrel kite lapwing linnet merlin nuthatch osprey ouzel petrel pipit plover raven redstart swift")
}

// record is one incident of the store.
type record struct {
	path  string
	state incident.State
	err   error
}

// readStore reads every incident, newest first. A damaged one is listed with
// its error, never left out.
func (a *App) readStore() ([]record, error) {
	entries, err := os.ReadDir(a.incidentsDir())
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, &incident.Problem{Class: incident.ClassError, Text: "cannot read the incident store", Err: err,
			Hint: "check the state directory, or name another with --state-dir"}
	}
	var out []record
	for _, e := range entries {
		if !e.IsDir() {
			continue
		}
		path := filepath.Join(a.incidentsDir(), e.Name(), journal.FileName)
		r := readIncident(path)
		if r.state.Opened.ID == "" {
			r.state.Opened.ID = incident.ID(e.Name())
		}
		out = append(out, r)
	}
	slices.Reverse(out)
	return out, nil
}

func readIncident(path string) record {
	entries, err := journal.ReadFile(path)
	var facts []incident.Fact
	for _, e := range entries {
		facts = append(facts, incident.FromEntry(e))
	}
	return record{path: path, state: incident.Fold(facts), err: err}
}

// find resolves an INCIDENT argument: an id, a path to a journal, or nothing
// when exactly one incident is open.
func (a *App) find(args []string) (string, error) {
	return a.findWhere(args, func(incident.State) bool { return true })
}

// findLive is find for commands that write: rehearsals and dry runs, whose
// account is gone, are not in the way at 02:00.
func (a *App) findLive(args []string) (string, error) {
	return a.findWhere(args, func(s incident.State) bool { return s.Opened.Mode == incident.ModeLive })
}

func (a *App) findWhere(args []string, counts func(incident.State) bool) (string, error) {
	if len(args) == 1 && args[0] != "" {
		return a.findNamed(args[0])
	}
	all, err := a.readStore()
	if err != nil {
		return "", err
	}
	var open []record
	all = slices.DeleteFunc(all, func(r record) bool { return r.err != nil || r.state.Entries == 0 })
	if kept := slices.DeleteFunc(slices.Clone(all), func(r record) bool { return !counts(r.state) }); len(kept) > 0 {
		all = kept // with none that counts, the command itself says why it will not do
	}
	for _, r := range all {
		if r.state.Closed == nil {
			open = append(open, r)
		}
	}
	switch {
	case len(open) == 1:
		return open[0].path, nil
	case len(open) == 0 && len(all) == 1:
		return all[0].path, nil
	case len(open) == 0:
		return "", usage("no incident is open", "name one: `ircontain incidents` lists them")
	}
	return "", usage(fmt.Sprintf("%d incidents are open", len(open)), "name one: `ircontain incidents` lists them")
}

func (a *App) findNamed(name string) (string, error) {
	if strings.ContainsAny(name, `/\`) || strings.HasSuffix(name, ".jsonl") {
		info, err := os.Stat(name)
		if err != nil {
			return "", &incident.Problem{Class: incident.ClassUsage, Text: "cannot open the journal", Err: err, Hint: "give the path of a journal.jsonl, or an incident id"}
		}
		if info.IsDir() {
			name = filepath.Join(name, journal.FileName)
		}
		return name, nil
	}
	path := filepath.Join(a.incidentsDir(), filepath.Base(name), journal.FileName)
	if _, err := os.Stat(path); err != nil {
		return "", usage(fmt.Sprintf("no incident %.60q in %s", name, a.incidentsDir()), "`ircontain incidents` lists them; --state-dir names another store")
	}
	return path, nil
}

func systemRandom() io.Reader { return rand.Reader }
