package kernel

// Catalog is what a company has of resources at one moment: those that its modules declare, some of them with fields that
// the company added, and those that it made itself. It is never changed; another one takes its place.
type Catalog struct {
	all    []*Def
	byName map[string]*Def
}

// of gives the edition of a resource that this catalog holds, the resource itself where it holds none.
func (k *Catalog) of(d *Def) *Def {
	if k != nil {
		if own := k.byName[d.Name]; own != nil {
			return own
		}
	}
	return d
}

// PutCatalog replaces what is there besides the declarations: own editions of declared resources, which take their
// places, and resources of the company's own, in order. Call it at boot and after a commit.
func (c *Company) PutCatalog(own []*Def) {
	k := &Catalog{byName: make(map[string]*Def, len(own))}
	for _, d := range own {
		k.byName[d.Name] = d
	}
	for _, d := range c.Defs {
		k.all = append(k.all, k.of(d))
	}
	for _, d := range own {
		if c.byName[d.Name] == nil {
			k.all = append(k.all, d)
		}
	}
	c.catalog.Store(k)
}

// Resources are all resources as they stand now.
func (c *Company) Resources() []*Def {
	if k := c.catalog.Load(); k != nil {
		return k.all
	}
	return c.Defs
}

// Def gives a resource by name as it stands now, nil when there is none.
func (c *Company) Def(name string) *Def {
	if k := c.catalog.Load(); k != nil {
		if own := k.byName[name]; own != nil {
			return own
		}
	}
	return c.byName[name]
}

// Own gives the company's own edition of a declared resource as it stands now.
func (c *Company) Own(d *Def) *Def { return c.catalog.Load().of(d) }

// Own gives the company's own edition of a resource as it stood when the view was opened: all of a unit goes by one.
func (v *View) Own(d *Def) *Def { return v.catalog.of(d) }
