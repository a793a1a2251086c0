package main

import (
	"bytes"
	"debug/pe"
	_ "embed"
	"encoding/json"
	"fmt"
	"image/png"
	"os"
	"regexp"

	"github.com/tc-hib/winres"
	"github.com/tc-hib/winres/version"
)

// icon is ui/public/favicon.svg at 256 pixels.
//
//go:embed icon.png
var icon []byte

// languages are those in which Windows tells what the program is.
var languages = []struct {
	id          uint16
	name, about string
}{{0x0804, "掌柜", "掌柜：一个文件管好一家小公司"}, {0x0409, "Zhanggui", "Zhanggui: one file that runs a small company"}}

// resources writes what Windows shows of the program: icon, name and version, and that it needs no rights of an
// administrator, knows long paths and sharp screens.
func resources(path, arch, tag string) error {
	rs := winres.ResourceSet{}
	image, err := png.Decode(bytes.NewReader(icon))
	if err != nil {
		return err
	}
	shown, err := winres.NewIconFromResizedImage(image, nil)
	if err != nil {
		return err
	}
	if err := rs.SetIcon(winres.Name("APPICON"), shown); err != nil {
		return err
	}
	rs.SetManifest(winres.AppManifest{ExecutionLevel: winres.AsInvoker, DPIAwareness: winres.DPIPerMonitorV2, LongPathAware: true, UseCommonControlsV6: true})
	vi := version.Info{}
	number := "0.0.0.0"
	if m := regexp.MustCompile(`^v?(\d+)\.(\d+)\.(\d+)`).FindStringSubmatch(tag); m != nil {
		number = fmt.Sprintf("%s.%s.%s.0", m[1], m[2], m[3])
	}
	vi.SetFileVersion(number)
	vi.SetProductVersion(number)
	for _, l := range languages {
		for key, value := range map[string]string{
			version.ProductName: l.name, version.FileDescription: l.about, version.ProductVersion: tag, version.FileVersion: number,
			version.OriginalFilename: "zhanggui.exe", version.InternalName: "zhanggui",
		} {
			if err := vi.Set(l.id, key, value); err != nil {
				return err
			}
		}
	}
	rs.SetVersionInfo(vi)
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	if err := rs.WriteObject(f, winres.Arch(arch)); err != nil {
		return err
	}
	return f.Close()
}

// quiet holds that a program for Windows opens no console.
func quiet(path string) error {
	f, err := pe.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	head, ok := f.OptionalHeader.(*pe.OptionalHeader64)
	if !ok || head.Subsystem != pe.IMAGE_SUBSYSTEM_WINDOWS_GUI {
		return fmt.Errorf("%s opens a console", path)
	}
	return nil
}

// described holds that a program for Windows says what it is.
func described(path, tag string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	rs, err := winres.LoadFromEXE(f)
	if err != nil {
		return err
	}
	data := rs.Get(winres.RT_VERSION, winres.ID(1), languages[0].id)
	vi, err := version.FromBytes(data)
	if err != nil {
		return err
	}
	text, err := json.Marshal(vi)
	if err != nil {
		return err
	}
	if _, err := rs.GetIcon(winres.Name("APPICON")); err != nil {
		return err
	}
	if !bytes.Contains(text, []byte(`"`+tag+`"`)) || !bytes.Contains(text, []byte(`"`+languages[0].name+`"`)) {
		return fmt.Errorf("%s does not say what it is: %s", path, text)
	}
	return nil
}
