package journal

import (
	"io"
	"log/slog"
)

// Flags are the choices of the command line. Without a level the file gets information and the terminal warnings; a level
// that was given holds for both.
type Flags struct {
	Level  string `enum:"debug,info,warn,error," default:"" help:"How much is logged: debug, info, warn or error. By default info into the file, warn to the terminal." env:"ZHANGGUI_LOG_LEVEL"`
	Format string `enum:"text,json" default:"text" help:"Form of log lines on the terminal: text or json. The file is always JSON." env:"ZHANGGUI_LOG_FORMAT"`
}

// File is the level of the file.
func (f Flags) File() slog.Level { return f.or(slog.LevelInfo) }

// Handler logs to the terminal.
func (f Flags) Handler(words io.Writer) slog.Handler {
	o := &slog.HandlerOptions{Level: f.or(slog.LevelWarn), ReplaceAttr: hide}
	if f.Format == "json" {
		return slog.NewJSONHandler(words, o)
	}
	return slog.NewTextHandler(words, o)
}

func (f Flags) or(otherwise slog.Level) slog.Level {
	level := otherwise
	if f.Level == "" || level.UnmarshalText([]byte(f.Level)) != nil {
		return otherwise
	}
	return level
}
