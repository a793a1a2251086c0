import { fileURLToPath, URL } from 'node:url'
import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vitest/config'
import oldest from '../assets/browsers.json'

// The build is committed and embedded by the server: hashed names, no source maps, an emptied folder.
// Tests that put their own parts in the place of others' do not share modules with the rest.
const alone = ['src/**/ItemInput.test.ts', 'src/**/useNewDraft.test.ts']

export default defineConfig({
  plugins: [vue()],
  resolve: { alias: { '@': fileURLToPath(new URL('./src', import.meta.url)) } },
  define: {
    __VUE_OPTIONS_API__: 'true',
    __VUE_PROD_DEVTOOLS__: 'false',
    __VUE_I18N_FULL_INSTALL__: 'false',
    __VUE_I18N_LEGACY_API__: 'false',
  },
  server: { port: 5173, proxy: { '/api': 'http://127.0.0.1:8080', '/c/': 'http://127.0.0.1:8080' } },
  build: {
    outDir: '../assets/web',
    emptyOutDir: true,
    sourcemap: false,
    // The oldest browsers; to older ones the server sends old.html.
    target: Object.entries(oldest).map(([name, version]) => name + String(version)),
    chunkSizeWarningLimit: 400,
    rollupOptions: {
      // Go's embed leaves out files whose names begin with _ or a dot.
      output: { chunkFileNames: (chunk) => `assets/${chunk.name.replace(/^[_.]+/, '')}-[hash].js` },
    },
  },
  // One environment for all files of a worker: to make one for each takes longer than the tests. What answers for the
  // network by a clock of its own needs modules of its own.
  test: {
    projects: [
      {
        extends: true,
        test: {
          name: 'together',
          environment: 'happy-dom',
          isolate: false,
          include: ['src/**/*.test.ts'],
          exclude: alone,
        },
      },
      { extends: true, test: { name: 'alone', environment: 'happy-dom', include: alone } },
    ],
  },
})
