package plan

import (
	"context"
	"sync"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/pipeline"
)

// How the reading half is spread: readers that work side by side, and the records each takes in one snapshot. More
// readers would leave none to the people who work meanwhile.
const (
	readers       = 2
	recordsOfView = 100
)

// Prepare prepares records on readers. Their problems are noted; an error is something else.
func (p *Plan) Prepare(ctx context.Context, records []*Record, progress func(int)) error {
	if err := p.lookUp(ctx, records); err != nil {
		return err
	}
	work := make(chan []*Record)
	errs := make(chan error, readers)
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var group sync.WaitGroup
	for range readers {
		group.Go(func() {
			for part := range work {
				if err := p.preparePart(ctx, part); err != nil {
					errs <- err
					cancel()
					return
				}
				progress(len(part))
			}
		})
	}
	var stopped error
	for len(records) > 0 && stopped == nil {
		n := min(len(records), recordsOfView)
		select {
		case work <- records[:n]:
			records = records[n:]
		case <-ctx.Done():
			stopped = ctx.Err()
		}
	}
	close(work)
	group.Wait()
	close(errs)
	for err := range errs {
		return err
	}
	return stopped
}

func (p *Plan) preparePart(ctx context.Context, part []*Record) error {
	return p.c.View(ctx, p.actor, func(v *kernel.View) error {
		b, err := p.builder(v, part)
		if err != nil {
			return err
		}
		if err := b.foresee(part); err != nil {
			return err
		}
		for _, rec := range part {
			if err := b.prepare(rec); err != nil {
				return err
			}
		}
		return nil
	})
}

// foresee looks up together what the records of one view refer to.
func (b *builder) foresee(part []*Record) error {
	ids := map[string][]int64{}
	for _, c := range b.table.Cols {
		if c == nil || !c.Writable() || c.Field.Kind != kernel.KindRef {
			continue
		}
		for _, rec := range part {
			for _, row := range rec.Rows {
				if id := b.refs[c.Field.Ref][b.table.Cell(row, c.Key)]; id != 0 {
					ids[c.Field.Ref] = append(ids[c.Field.Ref], id)
				}
			}
		}
	}
	for name, list := range ids {
		if err := pipeline.Foresee(b.v, b.c.Def(name), list); err != nil {
			return err
		}
	}
	return nil
}
