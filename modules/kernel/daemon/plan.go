package daemon

import (
	"os"
	"path/filepath"

	"github.com/kardianos/service"

	"zhanggui/modules/kernel/place"
	"zhanggui/modules/kernel/problem"
)

// Name is how the system knows the service.
const Name = "zhanggui"

// Secrets is where systemd finds what must not stand among arguments, such as ZHANGGUI_DB.
const Secrets = "/etc/zhanggui.env"

// unit is what systemd reads. The data folder is all that the service may write to.
const unit = `[Unit]
Description={{Description}}
ConditionFileIsExecutable={{Path | cmdEscape}}
After=network.target

[Service]
ExecStart={{Path | cmdEscape}}{{range Arguments}} {{. | cmd}}{{end}}
User={{UserName}}
WorkingDirectory={{WorkingDirectory | cmdEscape}}
EnvironmentFile=-` + Secrets + `
Restart=on-failure
RestartSec=5
TimeoutStopSec=60
NoNewPrivileges=true
PrivateTmp=true
ProtectSystem=full

[Install]
WantedBy=multi-user.target
`

// order is what is to be installed.
type order struct {
	program string // the executable
	data    string
	addr    string
	lang    string
	db      string // as the command line has it, to be refused
	user    string
}

// config is the order as the library wants it. The data folder must be there and fit, so that the first start does not fail
// where nobody sees it.
func (o order) config() (*service.Config, error) {
	data, err := filepath.Abs(o.data)
	if err != nil {
		return nil, err
	}
	if o.db != "" {
		return nil, problem.Rule("daemon.db", "file", Secrets)
	}
	if info, err := os.Stat(data); err != nil || !info.IsDir() {
		return nil, problem.Rule("daemon.folder", "path", data)
	}
	if err := place.Fit(data); err != nil {
		return nil, err
	}
	return &service.Config{
		Name: Name, DisplayName: "掌柜 Zhanggui", Description: "Zhanggui serves the company in " + data,
		Executable: o.program, WorkingDirectory: data, UserName: o.user,
		Arguments: []string{"serve", "--no-browser", "--no-tray", "--data", data, "--addr", o.addr, "--lang", o.lang},
		Option: service.KeyValue{
			"SystemdScript": unit,
			"RunAtLoad":     true, "KeepAlive": true, // launchd
			"DelayedAutoStart": true, "OnFailure": "restart", "OnFailureDelayDuration": "5s", // Windows
		},
	}, nil
}
