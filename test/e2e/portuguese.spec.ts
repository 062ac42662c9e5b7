/** The whole way in Brazilian Portuguese, with the words that were asked for. */
import { expect, test } from '../support/story';

test('a Brazilian reads Portuguese from the first screen to the call', async ({ visit }) => {
  const ana = await visit('Ana', { locale: 'pt-BR', devices: [] });
  await expect(ana.page.locator('html')).toHaveAttribute('lang', 'pt-BR');
  await ana.page.getByRole('textbox', { name: 'Seu nome' }).fill('Ana');
  await ana.page.getByRole('textbox', { name: 'Seu nome' }).blur();
  const link = await ana.page.getByRole('textbox', { name: 'Link da sala', exact: true }).inputValue();
  await ana.page.getByRole('button', { name: 'Copiar link' }).click();
  await expect(ana.page.getByText('Link da sala copiado com sucesso')).toBeVisible();

  const bia = await visit('Bia', { locale: 'pt-BR', address: link });
  await expect(bia.page.getByRole('heading', { name: 'Aguardando entrada' })).toBeVisible();
  const card = ana.page.getByRole('alertdialog', { name: /^Você deseja aceitar .+ entrar na sala\?$/u });
  await card.getByRole('button', { name: 'Agora não' }).click();
  await expect(bia.page.getByRole('heading', { name: 'Ainda não foi desta vez' })).toBeVisible();
  await bia.page.getByRole('button', { name: 'Chamar de novo' }).click();
  await card.getByRole('button', { name: 'Aceitar' }).click();
  await expect(bia.page.getByText('Direta · verificada')).toBeVisible();

  await bia.page.getByRole('button', { name: 'Enviar' }).click({ force: true });
  await expect(bia.page.getByText('Escreva uma mensagem primeiro')).toBeVisible();

  await ana.page.getByRole('button', { name: 'Iniciar chamada' }).click();
  await expect(ana.page.getByText('Este aplicativo precisa de permissão para câmera e microfone. Atualize a página e conceda o acesso.').first()).toBeVisible();
});

test('the language follows the switch in Settings, and stays after a reload', async ({ visit }) => {
  const { page } = await visit('Alice');
  await page.getByRole('button', { name: 'Settings' }).click();
  await page.getByRole('combobox', { name: 'Language' }).selectOption({ label: 'Português (Brasil)' });
  await expect(page.locator('html')).toHaveAttribute('lang', 'pt-BR');
  await page.reload();
  await expect(page.getByRole('textbox', { name: 'Seu nome' })).toBeVisible();
});
