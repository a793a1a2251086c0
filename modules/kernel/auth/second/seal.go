package second

import (
	"strconv"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/auth/keyring"
)

// seal encrypts a secret for one account: copied to another one it opens nothing.
func seal(c *kernel.Company, account int64, secret []byte) (string, error) {
	return keyring.Seal(c, owner(account), secret)
}

// unseal is the reverse of seal; keyring.ErrNoKey where the secret was sealed elsewhere.
func unseal(c *kernel.Company, account int64, sealed string) ([]byte, error) {
	return keyring.Unseal(c, owner(account), sealed)
}

func owner(account int64) string { return "second factor of " + strconv.FormatInt(account, 10) }
