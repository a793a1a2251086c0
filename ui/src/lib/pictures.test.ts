import { expect, it } from 'vitest'
import { freeName } from './pictures'

it('gives pictures of one name names of their own', () => {
  expect(freeName('image.jpg', [])).toBe('image.jpg')
  expect(freeName('image.jpg', ['image.jpg'])).toBe('image-2.jpg')
  expect(freeName('image.jpg', ['image.jpg', 'image-2.jpg', 'x'])).toBe('image-3.jpg')
  expect(freeName('image', ['image'])).toBe('image-2')
  expect(freeName('.jpg', ['.jpg'])).toBe('.jpg-2')
})
