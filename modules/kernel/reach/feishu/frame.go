package feishu

import (
	"errors"

	"google.golang.org/protobuf/encoding/protowire"
)

// frame is what goes over the long connection: the message pbbp2.Frame of the vendor's protocol.
type frame struct {
	seq, log uint64
	service  int32
	method   int32 // 0 control, 1 data
	headers  [][2]string
	encoding string
	kind     string
	payload  []byte
	logNew   string
}

const (
	methodControl = 0
	methodData    = 1
)

var errFrame = errors.New("feishu: a frame is damaged")

func (f *frame) header(name string) string {
	for _, one := range f.headers {
		if one[0] == name {
			return one[1]
		}
	}
	return ""
}

// bytes writes the frame; its first four fields are always there.
func (f *frame) bytes() []byte {
	var b []byte
	for i, n := range []uint64{f.seq, f.log, uint64(uint32(f.service)), uint64(uint32(f.method))} { //nolint:gosec // as the wire has it
		b = protowire.AppendVarint(protowire.AppendTag(b, protowire.Number(i+1), protowire.VarintType), n)
	}
	for _, h := range f.headers {
		var inner []byte
		for i, text := range h {
			inner = protowire.AppendString(protowire.AppendTag(inner, protowire.Number(i+1), protowire.BytesType), text)
		}
		b = protowire.AppendBytes(protowire.AppendTag(b, 5, protowire.BytesType), inner)
	}
	b = protowire.AppendString(protowire.AppendTag(b, 6, protowire.BytesType), f.encoding)
	b = protowire.AppendString(protowire.AppendTag(b, 7, protowire.BytesType), f.kind)
	if f.payload != nil {
		b = protowire.AppendBytes(protowire.AppendTag(b, 8, protowire.BytesType), f.payload)
	}
	return protowire.AppendString(protowire.AppendTag(b, 9, protowire.BytesType), f.logNew)
}

// readFrame reads a frame; fields it does not know are passed over.
func readFrame(data []byte) (*frame, error) {
	f := &frame{}
	err := fields(data, func(n protowire.Number, number uint64, text []byte) error {
		switch n {
		case 1:
			f.seq = number
		case 2:
			f.log = number
		case 3:
			f.service = int32(number) //nolint:gosec // as the wire has it
		case 4:
			f.method = int32(number) //nolint:gosec // as the wire has it
		case 5:
			var h [2]string
			err := fields(text, func(n protowire.Number, _ uint64, text []byte) error {
				if n == 1 || n == 2 {
					h[n-1] = string(text)
				}
				return nil
			})
			f.headers = append(f.headers, h)
			return err
		case 6:
			f.encoding = string(text)
		case 7:
			f.kind = string(text)
		case 8:
			f.payload = append([]byte{}, text...)
		case 9:
			f.logNew = string(text)
		}
		return nil
	})
	return f, err
}

// fields hands on each field of a message, as a number or as bytes.
func fields(data []byte, each func(n protowire.Number, number uint64, text []byte) error) error {
	for len(data) > 0 {
		n, kind, used := protowire.ConsumeTag(data)
		if used < 0 {
			return errFrame
		}
		data = data[used:]
		var number uint64
		var text []byte
		switch kind {
		case protowire.VarintType:
			number, used = protowire.ConsumeVarint(data)
		case protowire.BytesType:
			text, used = protowire.ConsumeBytes(data)
		default:
			used = protowire.ConsumeFieldValue(n, kind, data)
		}
		if used < 0 {
			return errFrame
		}
		data = data[used:]
		if err := each(n, number, text); err != nil {
			return err
		}
	}
	return nil
}
