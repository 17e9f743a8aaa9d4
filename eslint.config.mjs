// typescript-eslint's strict rules with types, and the rules of hooks.
import reactHooks from 'eslint-plugin-react-hooks';
import tseslint from 'typescript-eslint';

export default tseslint.config(
  { ignores: ['labextension/lib/**', '**/*.mjs', 'labextension/style/index.js'] },
  ...tseslint.configs.strictTypeChecked,
  {
    languageOptions: {
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname }
    },
    plugins: { 'react-hooks': reactHooks },
    rules: {
      ...reactHooks.configs.recommended.rules,
      // numbers in texts are meant
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true }
      ]
    }
  },
  {
    // Lumino's signals take the method and its object: connect(this.update, this); tests look at
    // fake methods without calling them
    files: ['labextension/src/lab/**', 'tests/web/**'],
    rules: { '@typescript-eslint/unbound-method': 'off' }
  }
);
