package remote

import (
	"net/url"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/settings"
)

// Names of the settings.
const (
	settingKind     = "backup.remote"
	settingURL      = "backup.remote_url"
	settingBucket   = "backup.remote_bucket"
	settingUser     = "backup.remote_user"
	settingPassword = "backup.remote_password"
)

// Of gives what a company has chosen; its kind is None when it wants no copies elsewhere.
func Of(c *kernel.Company) Config {
	return Config{Kind: c.Setting(settingKind), URL: c.Setting(settingURL), Bucket: c.Setting(settingBucket), User: c.Setting(settingUser), Password: c.Setting(settingPassword)}
}

// Choices declares the settings. Only who may restore may change them: whoever gets the copies gets everything there is.
func Choices() []*kernel.Setting {
	text := func(name string, label kernel.Text, most int, help kernel.Text) *kernel.Setting {
		return &kernel.Setting{Field: kernel.Field{Name: name, Kind: kernel.KindText, Max: most, Label: label, Help: help}}
	}
	option := func(value, zh, en string) kernel.Option { return kernel.Option{Value: value, Label: kernel.T(zh, en)} }
	out := []*kernel.Setting{
		{Field: kernel.Field{Name: settingKind, Kind: kernel.KindEnum, Label: kernel.T("备份到服务器", "Copies on a server"),
			Help: kernel.T("每天的备份和手动备份再传一份到您指定的服务器，并读回核对。建议先设备份口令。",
				"The backup of the day and those on demand go to a server of your choice too, and are read back. Set a passphrase first."),
			Options: []kernel.Option{option(WebDAV, "WebDAV（坚果云、NAS）", "WebDAV (NAS, cloud drives)"), option(S3, "S3 兼容的对象存储", "Storage that speaks S3")}}},
		text(settingURL, kernel.T("服务器地址", "Address of the server"), 300, kernel.T("WebDAV 写到文件夹，例如 https://dav.jianguoyun.com/dav/zhanggui；对象存储写接入地址，例如 https://oss-cn-hangzhou.aliyuncs.com。只用 https。",
			"For WebDAV down to the folder, such as https://dav.example.com/zhanggui; for S3 the endpoint, such as https://s3.example.com. Only https.")),
		text(settingBucket, kernel.T("存储桶", "Bucket"), 200, kernel.T("只有对象存储要填；后面可以加文件夹，例如 gongsi/beifen。", "For S3 only; a folder may follow, such as firm/backups.")),
		text(settingUser, kernel.T("用户名或 AccessKey", "User or access key"), 200, kernel.Text{}),
		text(settingPassword, kernel.T("密码或 SecretKey", "Password or secret key"), 200, kernel.T("存好后不再显示。换服务器或用户名时要重新填写。", "It is not shown again. Another server or user needs it anew.")),
	}
	for _, s := range out {
		s.Group = kernel.T("数据备份", "Backups")
		s.Fixed = mayChange(s.Name)
	}
	return out
}

// Secret marks the password.
func Secret() settings.Secret {
	return settings.Secret{Name: settingPassword, For: []string{settingURL, settingUser, settingKind}}
}

func mayChange(name string) func(tx *kernel.Tx, old, value string) error {
	return func(tx *kernel.Tx, old, value string) error {
		who := tx.Behalf
		if value == old || who.System {
			return nil
		}
		if who.Perms == nil || !who.Perms.Can("system", "restore") {
			return problem.New(problem.Forbidden, "forbidden", "resource", "system", "act", "restore").At("/" + name)
		}
		if name == settingURL && value != "" {
			if u, err := url.Parse(value); err != nil || !fits(u) {
				return problem.Rule("backup.remote_address", "address", value).At("/" + name)
			}
		}
		return nil
	}
}
