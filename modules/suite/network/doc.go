// Package network tests how the whole product is reached: which doors are open, who is answered there, what proxies and
// certificates do. Addresses of 127.0.0.0/8 stand for those of a network; nothing is sent anywhere else.
package network
