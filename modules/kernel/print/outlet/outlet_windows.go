package outlet

import (
	"context"
	"errors"
	"unsafe"

	"golang.org/x/sys/windows"
)

// The calls of the spooler.
var (
	spooler      = windows.NewLazySystemDLL("winspool.drv")
	openPrinter  = spooler.NewProc("OpenPrinterW")
	closePrinter = spooler.NewProc("ClosePrinter")
	startDoc     = spooler.NewProc("StartDocPrinterW")
	endDoc       = spooler.NewProc("EndDocPrinter")
	startPage    = spooler.NewProc("StartPagePrinter")
	endPage      = spooler.NewProc("EndPagePrinter")
	writePrinter = spooler.NewProc("WritePrinter")
	abortPrinter = spooler.NewProc("AbortPrinter")
	enumPrinters = spooler.NewProc("EnumPrintersW")
)

// docInfo is DOC_INFO_1W.
type docInfo struct{ name, file, kind *uint16 }

// printerInfo is PRINTER_INFO_4W.
type printerInfo struct {
	name, server *uint16
	attributes   uint32
}

// throughSystem hands bytes to the spooler as a document of kind RAW.
func throughSystem(_ context.Context, printer string, data []byte) error {
	if err := spooler.Load(); err != nil {
		return &Failure{Reason: Unknown, Cause: err}
	}
	name, err := windows.UTF16PtrFromString(printer)
	if err != nil {
		return &Failure{Reason: Unknown, Cause: err}
	}
	var handle windows.Handle
	if ok, _, err := openPrinter.Call(uintptr(unsafe.Pointer(name)), uintptr(unsafe.Pointer(&handle)), 0); ok == 0 {
		return &Failure{Reason: Unknown, Cause: err}
	}
	defer func() { _, _, _ = closePrinter.Call(uintptr(handle)) }()
	title, _ := windows.UTF16PtrFromString("Zhanggui") // constants without a zero
	kind, _ := windows.UTF16PtrFromString("RAW")
	info := docInfo{name: title, kind: kind}
	if ok, _, err := startDoc.Call(uintptr(handle), 1, uintptr(unsafe.Pointer(&info))); ok == 0 {
		return &Failure{Reason: Refused, Cause: err}
	}
	if err := written(handle, data); err != nil {
		_, _, _ = abortPrinter.Call(uintptr(handle))
		return &Failure{Reason: Refused, Begun: true, Cause: err}
	}
	if ok, _, err := endDoc.Call(uintptr(handle)); ok == 0 {
		return &Failure{Reason: Refused, Begun: true, Cause: err}
	}
	return nil
}

func written(handle windows.Handle, data []byte) error {
	if ok, _, err := startPage.Call(uintptr(handle)); ok == 0 {
		return err
	}
	for len(data) > 0 {
		var n uint32
		ok, _, err := writePrinter.Call(uintptr(handle), uintptr(unsafe.Pointer(&data[0])), uintptr(len(data)), uintptr(unsafe.Pointer(&n)))
		if ok == 0 {
			return err
		}
		if n == 0 {
			return errors.New("the spooler takes nothing")
		}
		data = data[n:]
	}
	if ok, _, err := endPage.Call(uintptr(handle)); ok == 0 {
		return err
	}
	return nil
}

// Installed lists the printers of this computer, connected ones as well.
func Installed(context.Context) ([]string, error) {
	if err := spooler.Load(); err != nil {
		return nil, err
	}
	const local, connected, level = 2, 4, 4
	var needed, count uint32
	_, _, _ = enumPrinters.Call(local|connected, 0, level, 0, 0, uintptr(unsafe.Pointer(&needed)), uintptr(unsafe.Pointer(&count)))
	if needed == 0 {
		return nil, nil
	}
	words := make([]uintptr, needed/uint32(unsafe.Sizeof(uintptr(0)))+1) // as the structures want it aligned
	ok, _, err := enumPrinters.Call(local|connected, 0, level, uintptr(unsafe.Pointer(&words[0])), uintptr(needed),
		uintptr(unsafe.Pointer(&needed)), uintptr(unsafe.Pointer(&count)))
	if ok == 0 {
		return nil, err
	}
	var out []string
	for _, one := range unsafe.Slice((*printerInfo)(unsafe.Pointer(&words[0])), count) {
		if name := windows.UTF16PtrToString(one.name); Printer(name) {
			out = append(out, name)
		}
	}
	return out, nil
}
