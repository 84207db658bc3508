// shikaku: 資格確認限定型 client for a counter, driven over stdin/stdout.
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"time"
)

const version = "1.0"

type action struct {
	ID     int             `json:"id"`
	Action string          `json:"action"`
	Value  json.RawMessage `json:"value"`
}

type message struct {
	Hello *struct{}
	Begin *struct {
		Given struct{ Terminal, Device, Method string }
	}
	Do  *action
	End *struct{}
}

func emit(kind string, v any) {
	b, err := json.Marshal(map[string]any{kind: v})
	if err == nil {
		os.Stdout.Write(append(b, '\n'))
	}
}

func main() {
	ms, err := strconv.Atoi(os.Getenv("MADOGUCHI_TIMEOUT_MS"))
	if err != nil || ms <= 0 {
		ms = 30000
	}
	state := os.Getenv("MADOGUCHI_STATE_DIR")
	if state == "" {
		dir, _ := os.UserConfigDir()
		state = filepath.Join(dir, "shikaku")
		os.MkdirAll(state, 0o700)
	}
	a := &app{state: state, patience: time.Duration(ms) * time.Millisecond, reader: os.Getenv("MADOGUCHI_READER"), setting: "visual", hand: "staff"}
	a.svc = newService(state, a.patience)
	if b, err := os.ReadFile(filepath.Join(state, "method")); err == nil && string(b) == "pin" {
		a.setting = "pin"
	}
	in := json.NewDecoder(os.Stdin)
	for {
		var m message
		if err := in.Decode(&m); err != nil {
			return // end of input
		}
		switch {
		case m.Hello != nil:
			emit("hello", map[string]any{"contract": 1, "name": "shikaku-go", "version": version, "depth": "L3",
				"supports": []string{"history", "mobile", "read-aloud", "proxy"}})
		case m.Begin != nil:
			a.mobile = m.Begin.Given.Device == "mobile"
			if g := m.Begin.Given.Method; g == "pin" || g == "visual" {
				a.setting = g
			}
			a.begin()
		case m.Do != nil:
			a.perform(m.Do)
			emit("done", map[string]int{"do": m.Do.ID})
		case m.End != nil:
			return
		}
	}
}

// perform never leaves a do without its done.
func (a *app) perform(d *action) {
	defer func() {
		if p := recover(); p != nil {
			fmt.Fprintln(os.Stderr, "internal error:", p)
			a.clear()
			a.fail("APP", "内部異常。やり直す", nil)
		}
	}()
	a.do(d)
}
